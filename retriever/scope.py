"""What the documents never hold: prices, appointments, a person's own results, other code sets. Rules; pure."""

import re

_I = re.IGNORECASE

# Kind of thing asked for and the ways people ask for it, English and Spanish.
_OUTSIDE: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, _I))
    for kind, pattern in (
        ("price", r"\bhow much (?:will|would|does|do|is|are|should)\b(?!.*\b(?:radiation|time|blood|dye|pain|weight|help)\b)(?=.*\b(?:cost|pay|charge|be|owe|out[- ]of[- ]pocket|my (?:copay|bill))\b)|\b(?:price|cost|copay|deductible|out[- ]of[- ]pocket|coinsurance) (?:of|for|is|on|with|in)\b|\bwhat (?:does|will|would) .{0,60}\bcost\b|\b(?:allowed amount|fee schedule amount|reimbursement (?:rate|amount)|payment rate|conversion factor|rvus?\b)|\bcu[aá]nto (?:cuesta|sale|me cobran|voy a pagar)|\bhow expensive\b"),
        ("appointment", r"\b(?:move|change|cancel|book|schedule|reschedule|make|set up|confirm) (?:my|an?|the) (?:\w+ ){0,3}(?:appointment|appt|visit|slot|mri|ct|scan|surgery|colonoscopy|mammogram|test|shot|to (?:next|monday|tuesday|wednesday|thursday|friday))\b(?=.*\b(?:to|for|at|on|next|tomorrow|my)\b)(?!.*\bhow (?:do|should) i (?:get ready|prepare))|\b(?:agendar|cancelar|cambiar) (?:mi|una?) (?:cita|turno)"),
        ("provider", r"\b(?:best|top|good|cheapest|nearest|closest|recommend(?:ed)?) (?:\w+ ){0,3}(?:surgeon|doctor|dr|hospital|clinic|therapist|dentist|specialist|provider|center)\b|\bnear me\b|\bwho is the best\b|\bmejor (?:cirujano|doctor|m[eé]dico|hospital)"),
        ("own-results", r"\bwhat (?:did|do|does|are|were) my (?:\w+ ){0,3}(?:tests?|results?|scan|mri|ct|x-?rays?|labs?|blood(?: ?work)?|biopsy|report)(?: \w+)? (?:show|say|mean|results?)\b|\bmy (?:test |lab |biopsy )?results? (?:show|say|back|mean)\b|\bread my (?:results?|scan|report)\b|\bwhat (?:are|were) my (?:test |lab )?results\b|\bmis resultados\b"),
        ("legal", r"\b(?:sue|suing|lawsuit|malpractice|lawyer|attorney|legal action|settlement|demandar|abogado)\b"),
        ("other-codes", r"\bicd-?(?:10|9|11)(?:-?cm)?\b(?!-?pcs)(?=.*\b(?:code|dx|diagnosis|for)\b)|\b(?:dx|diagnosis) codes?\b(?! (?:support|on|beside|with))|\b(?:ms-?)?drgs?\b|\bndc\b|\bloinc\b|\bsnomed\b|\brevenue code\b|\btaxonomy code\b|\bcdt\b|\bcie-?10\b"),
        ("contact", r"\b(?:phone|fax|telephone|contact) (?:number|no\.?|#)\b|\b(?:mailing )?address (?:of|for)\b|\bprior[- ]auth(?:orization)? (?:phone|number|form|fax)\b|\bwhat time (?:do|does) .{0,40}\b(?:open|close)\b|\bhours of operation\b"),
        ("instructions", r"\b(?:ignore|disregard|forget|override) (?:all |any |the |your |previous |prior |these )*(?:documents?|instructions?|rules?|prompts?|guidelines)\b|\b(?:system|hidden|initial) prompt\b|\bprint (?:your|the) (?:prompt|instructions)\b|\byou are now\b|\bact as (?:an?|my|if)\b|\bignora (?:las|tus) (?:instrucciones|reglas)"),
        ("not-medicine", r"\b(?:write|tell|sing|make up|compose) (?:me )?(?:a|an|some) (?:\w+ )?(?:poem|story|joke|song|essay|haiku|limerick|letter|code|script)\b|\b(?:weather|rain|snow|forecast|stock price|sports? score|recipe|lottery|horoscope|capital of|population of|president of|how many people live)\b|\b(?:poema|chiste|clima|receta de cocina)\b"),
    )
)  # fmt: skip


def outside(question: str) -> str:
    """The kind of thing asked for that no document holds, or "" when the question asks for none."""
    return next((kind for kind, pattern in _OUTSIDE if pattern.search(question)), "")
