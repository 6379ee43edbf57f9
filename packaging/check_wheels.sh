#!/usr/bin/env bash
# Before a release: can every platform install what is locked, from wheels alone?
set -euo pipefail
cd "$(dirname "$0")/.."
export MACOSX_DEPLOYMENT_TARGET=14.0 # PySide6 asks for it
for platform in x86_64-pc-windows-msvc aarch64-apple-darwin x86_64-manylinux_2_34; do
    for python in 3.11 3.13; do
        uv pip compile --quiet requirements/test.txt --python-platform "$platform" --python-version "$python" \
            --only-binary :all: --no-header > /dev/null
        echo "$platform, Python $python: every requirement has a wheel"
    done
done
