"""`suyuan demo`: the way of factors into the registry and out of it again, then ten attacks.

    cast, actors, stage     who acts, with which keys, on which ledger and chain
    walk                    what everybody signs on a factor's way to its admission
    officials               the 51 official figures, and bundles that anybody verifies
    province                a new factor: returned once, admitted against one objection
    aftermath, archive      withdrawn, corrected, keys revoked; what archived bundles get to know
    attacks_on_rules        four attempts to get round the rules
    attacks, rogue          six on log, keys and chain, and the recovery from a stolen key

Everything in it is the real thing: real keys in encrypted files, a real chain (a local anvil), the
shipped contract, the public commands' own functions. Only the organisations are invented, and say
so.
"""

from suyuan_ledger.demo.story import run_demo

__all__ = ["run_demo"]
