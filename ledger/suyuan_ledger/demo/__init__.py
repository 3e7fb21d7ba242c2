"""`suyuan demo`: the way of factors into the registry, on to labels, and out again; attacks.

    cast, actors, stage     who acts, with which keys, on which ledger and chain
    walk                    what everybody signs on a factor's way to its admission
    officials               the 51 official figures, and bundles that anybody verifies
    province                a new factor: returned once, admitted against one objection
    industry, industry_figures  who makes and certifies two products, and what they state
    footprints, labels      their footprints up to labels, verified offline, printed, converted
    attacks_on_labels       what is refused of footprints, labels, disclosures, codes and views
    label_recall            a label suspended; a factor corrected, and every label calculated again
    aftermath, archive      withdrawn, corrected, keys revoked; what archived bundles get to know
    attacks_on_rules        four attempts to get round the rules
    attacks, rogue          six on log, keys and chain, and the recovery from a stolen key

Everything in it is the real thing: real keys in encrypted files, a real chain (a local anvil), the
shipped contract, the public commands' own functions. Only the organisations are invented, and say
so.
"""

from suyuan_ledger.demo.story import run_demo

__all__ = ["run_demo"]
