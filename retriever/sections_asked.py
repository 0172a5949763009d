"""Which sections a question is about: rules over its words. Pure."""

import re

_I = re.IGNORECASE

# Section and the ways people ask for it, English and Spanish. A question may ask for several.
_ASKS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (section, re.compile(rf"(?:^|(?<!\w))(?:{pattern})", _I))
    for section, pattern in (
        ("preparation", r"prepar\w*|(?:bring|take|drive|get|pick) me (?:up|home)|ride home|need (?:a|someone to) (?:ride|driver?)|get(?:ting)? ready|before (?:the|my|a|an|it|i|we|that|having|this)\b(?! and after)|beforehand|night before|day before|morning of|can i (?:eat|drink|have (?:coffee|breakfast|water))(?! after)|eat (?:or drink )?(?:anything )?before|fast(?:ing)?\b|on an empty stomach|what (?:should|do|to) (?:i )?(?:wear|bring)|wear|bring (?:with|along|my)|deod\w+|lotion|powder|take (?:\w+ ){0,3}off|remove my|jewelry|full bladder|clean out|antes de|prepar|ayun\w+|puedo comer"),
        ("risks", r"risks?\b|downsides?|drawbacks?|danger\w*|safe\b|complications?|side[- ]effects?|go wrong|goes wrong|harm\w*|allerg\w*|radiation|is it bad|infect\w*|riesgos?|peligr\w*|efectos"),
        ("recovery", r"recover\w*|heal\w*|after(?:ward|wards|care)\b|after (?:the|my|a|an|it|surgery|having|getting|tonsils|they)\b|go(?:ing)? (?:back )?(?:to )?(?:work|school|sports?|gym)|back to (?:work|school|sports|normal)|return to work|when can i|how soon can|can i (?:drive|shower|bathe|swim|lift|exercise|run|work|fly|have sex)|drive (?:home|after|myself)|stitches (?:come )?out|take care of (?:the|my|it)|swim|off limits|rest(?:ing)?\b|recuper\w*|despu[eé]s de|reposo|volver a|manejar"),
        ("duration", r"how long (?:does|is|will|do|are|am)\b(?!.*(?:last after|recover|heal|sore|hurt))|how many (?:minutes|hours)|how much time|last(?:s|ing)?\b|duration|length of|takes? how long|cu[aá]nto (?:tiempo )?(?:dura|tarda)|duraci[oó]n"),
        ("personnel", r"who (?:does|do|will|can|gives|performs|is (?:allowed|supposed)|reads|looks|puts|takes)|which (?:doctor|specialist|provider)|what kind of (?:doctor|provider)|qui[eé]n"),
        ("setting", r"where (?:is|do|does|will|can|are)\b|at (?:the|a) hospital or|hospital or|stay (?:over ?night|in the hospital)|overnight stay|outpatient|inpatient or|how many nights|same day\b|d[oó]nde|se queda en el hospital"),
        ("experience", r"hurts?\b|(?:is (?:it|this|that) |be |thats? |totally |pretty )?normal\b(?! saline)|supposed to feel|pain(?:ful)?\b|feel(?:s|ing)?\b(?! down)|what (?:is|'s) it like|like\?|sting|uncomfortable|discomfort|awake|asleep|scar(?:y|ed)|nervous|loud|noise|gag|claustro\w*|sore\b|duele|dolor|se siente|dormid[oa]|miedo"),
        ("procedure", r"what happens|what (?:do|does|will) (?:they|the doctor|it|she|he|you)(?: \w+)? (?:do|ask|involve)|how (?:is|does|do|are) (?:it|they|this|that|the|you)(?: \w+){0,3} (?:done|work|performed|do|get|take|put|remove)|what goes on|steps?\b|walk me through|explain (?:the|this|what)|procedure\b|during\b|qu[eé] pasa|c[oó]mo se hace|en qu[eé] consiste"),
        ("purpose", r"why (?:do|does|did|would|is|are|am|was|were|should) (?:i|we|they|my|he|she|it|the doctor|someone|a doctor)\b(?! (?:charged|billed|get(?:ting)? a bill|see two))|what is it for|what(?:'s| is) the (?:point|purpose|reason)|reason for|what does it (?:show|check|find|look for)|para qu[eé]|por qu[eé]"),
        ("indications", r"who (?:needs|should (?:get|have)|is it for|qualifies)|do i (?:need|qualify)|when (?:would|do|should|is) (?:a |the |you |i )?\w* ?(?:pick|need|recommend|operate|order|ordered|done)|reasons? (?:do|for|to)|am i a candidate|candidate|eligible"),
        ("benefits", r"benefits?\b|how (?:good|well|effective|fast|soon) (?:is|does|do|will)|does it (?:work|help)|worth it|help(?:s)? with|advantages?|success|results?\b|beneficios?|sirve"),
        ("alternatives", r"alternatives?|instead\b|insted|other (?:options?|choices?|ways?|treatments?)|something else|anything else|what else|rather not|don'?t want|avoid (?:it|surgery|the)|without surgery|alternativas?|opciones"),
        ("similar", r"differen(?:ce|t)|versus|vs\.?\b|compared? (?:to|with)|same (?:thing )?as|diferencia"),
        ("name", r"what(?:'s| is| was| are)\b(?: an?| the| this| that)? ?(?:\d{5}|[a-v]\d{4}|\w+)? ?(?:on my|mean|called)|what (?:is|was|are) (?:an?|the|this|that)? ?\w+(?: \w+)?\?*$|whats? (?:an?|the|is)\b|mean(?:s|ing)?\b|definition|qu[eé] es"),
        ("coding", r"bill(?:ed|ing|s)?\b|charg(?:e|ed|es)\b|codes?\b|modifier|units?\b|claim\b|statement\b|cobr\w+|factura"),
    )
)  # fmt: skip


def read_sections(question: str) -> tuple[str, ...]:
    """The canonical sections asked for, in the order of their first words in the question; ties by rule order."""
    found: dict[str, int] = {}
    for section, pattern in _ASKS:
        if match := pattern.search(question):
            found[section] = match.start()
    return tuple(sorted(found, key=lambda section: found[section]))
