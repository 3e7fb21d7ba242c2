"""`suyuan demo`: the main job on the official figures, then six attacks and a recovery.

Everything in it is the real thing: real keys in encrypted files, a real chain (a local anvil), the
shipped contract, the public commands' own functions. Only the organisations are invented, and say
so.
"""

from suyuan_ledger.demo.story import run_demo

__all__ = ["run_demo"]
