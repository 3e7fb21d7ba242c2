"""The desk of the people who do the work: what waits for them, what it rests on, what they sign.

gates.py        where a submission stands in the rule set's gates
cases.py        submissions that somebody has to act on
inbox.py        what waits for a key, by its roles and scope
provenance.py   a record with everything it rests on, and everything that rests on it
standing.py     what stands today: a key's enrolments, a record's status
drafts.py       links and members that follow from the log, for each kind
view.py         a record as a person reads it before signing
words.py        Chinese of kinds, relations and members
"""
