#!/usr/bin/env bash
# Makes the locked requirements anew: every platform, every hash, no address of any index.
set -euo pipefail
cd "$(dirname "$0")/.."
compile=(uv pip compile --quiet pyproject.toml --universal --python-version 3.11 --generate-hashes
    --no-emit-index-url --no-annotate --no-header "$@")
"${compile[@]}" -o requirements/app.txt > /dev/null
"${compile[@]}" --extra test -c requirements/app.txt -o requirements/test.txt > /dev/null
