"""What comes before any search: identifiers masked, urgent help first, fraud refused, advice declined. Rules; pure.

The rules follow public guidance: the 988 Lifeline (call, text, chat), poison control, the domestic violence hotline,
the False Claims Act's principle that a code follows the documented service. Each pattern is linear: no quantifier
stands inside another.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from retriever.answers import Audience

_I = re.IGNORECASE


class SafetyKind(StrEnum):
    """What a rule asks for; the values are those of AnswerKind."""

    CRISIS = "crisis"
    EMERGENCY = "emergency"
    REFUSE = "refuse"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A question after the rules: identifiers masked, and the first rule that fired, if any."""

    text: str
    masked: tuple[str, ...]     # kinds of identifiers that were masked, never the values
    kind: SafetyKind | None
    reason: str                 # "self-harm", "danger-signs", "upcoding", "dose" …; "" when no rule fired


def guard(question: str, audience: Audience) -> Guarded:
    """Apply the rules in their order: crisis, emergency, refuse, caution. The text is masked whatever fires."""
    text, masked = mask(question)
    note = audience == "coder" and bool(_CODERS_NOTE.search(text))
    for kind, reason, pattern in _RULES:
        if note and kind in (SafetyKind.CRISIS, SafetyKind.EMERGENCY, SafetyKind.CAUTION):
            continue
        if audience == "coder" and reason == "dose":
            continue
        if pattern.search(text) and not _excused(kind, reason, text):
            return Guarded(text, masked, kind, reason)
    return Guarded(text, masked, None, "")


# --- identifiers -----------------------------------------------------------------------------------------------------

_WORD = r"[A-Z\u00c0-\u00de][\w'’-]{1,30}"
_IDENTIFIERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,32}){1,4}")),
    ("id number", re.compile(r"\b\d{3}-\d{2}-\d{4}\b")),
    ("id number", re.compile(r"\b(?:ssn|social security(?: number)?|mrn|medical record(?: number| no\.?)?|member id|policy(?: number| no\.?)?|account(?: number| no\.?)?|acct|subscriber id|chart(?: number| no\.?)|patient id|medicare (?:id|number)|mbi|n[uú]mero de seguro(?: social)?)(?: is| es)?[ :#]{0,4}[A-Z0-9][A-Z0-9-]{4,20}\b", _I)),
    ("date of birth", re.compile(r"\b(?:dob|d\.o\.b\.?|date of birth|birth ?date|born(?: on)?|nac[ií](?:da|do)?(?: el)?|fecha de nacimiento)(?: is| es)?[ :]{0,3}(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|[A-Za-z]{3,10} \d{1,2},? \d{4}|\d{1,2} (?:de )?[A-Za-z]{3,10} (?:de )?\d{4})", _I)),
    ("phone", re.compile(r"(?<![\d-])(?:\+?1[ .-]?)?(?!8(?:00|33|44|55|66|77|88)\b)\(?(?!8(?:00|33|44|55|66|77|88)\b)\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b")),
    ("address", re.compile(r"\b\d{1,5} (?:[NSEW]\.? )?[A-Z][a-z]{2,20}(?: [A-Z][a-z]{2,20})? (?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Court|Ct|Boulevard|Blvd|Way|Place|Pl)\b\.?")),
    ("name", re.compile(rf"(?:\b[Mm]y (?:full )?name is|\b[Mm]y name's|\b[Tt]his is|\b[Pp]atient(?: name)?:?|\b[Nn]ame:|\b[Mm]e llamo|\b[Mm]i nombre es|\b[Pp]aciente:?|\bMr\.?|\bMrs\.?|\bMs\.?) (?P<value>{_WORD}(?: {_WORD}){{1,2}})")),
    ("name", re.compile(rf"(?:\b[Mm]y (?:full )?name is|\b[Mm]y name's|\b[Nn]ame:|\b[Mm]e llamo|\b[Mm]i nombre es) (?P<value>{_WORD})")),
)
# "patient Knee Replacement" is a title, not a person.
_NOT_NAMES = re.compile(r"Knee|Hip|Chest|Brain|Medicare|Medicaid|Therapy|Surgery|Scan|Test|Exam|Visit|Replacement|Room|Care|Office|Screening", re.ASCII)


def mask(question: str) -> tuple[str, tuple[str, ...]]:
    """The question with each identifier replaced by "[name]", "[phone]" and the like; and which kinds there were."""
    kinds: dict[str, None] = {}
    for kind, pattern in _IDENTIFIERS:

        def replaced(match: re.Match[str], kind: str = kind) -> str:
            value = match.groupdict().get("value")
            if value is not None and _NOT_NAMES.search(value):
                return match[0]
            kinds[kind] = None
            return f"[{kind}]" if value is None else match[0][: match.start("value") - match.start()] + f"[{kind}]"

        question = pattern.sub(replaced, question)
    return question, tuple(kinds)


# --- rules -----------------------------------------------------------------------------------------------------------

# A coder's note about somebody else: it is answered, not diverted.
_CODERS_NOTE = re.compile(
    r"\bpts?\b|\bpatient\b|\bclient\b|\bcodes?\b|\bcpt\b|\bbill(?:ed|ing|able)?\b|\bdos\b|\bmodifier\b|\bE/?M\b|\bmin(?:utes?|s)?\b.{0,40}\b(?:session|therapy|psychotherapy|visit)\b|\bdenies\b|\bSI\b|\bnote:", _I
)

_SELF_HARM = "|".join(
    (
        r"\b(?:kill|hurt|harm|cut|shoot|hang|end|off|drown|poison)(?:ing)? (?:myself|my self|himself|herself|themsel(?:f|ves))\b(?! (?:on|by accident|while|when|with the|at work|lifting|shaving|cooking))",
        r"\b(?:want|wants|wanna|going|gonna|plan|planning|ready|trying|tried|decided|thinking (?:of|about)|think about|thoughts? (?:of|about)) (?:to |on )?(?:(?<!going to )(?<!gonna )die|dying|suicide|kill(?:ing)? (?:myself|my self|himself|herself|themsel(?:f|ves))|end(?:ing)? (?:it|my life|his life|her life|everything)|be(?:ing)? dead|not (?:be|being) (?:here|alive)|disappear(?:ing)? forever)\b",
        r"\b(?:don'?t|dont|do not|doesn'?t|doesnt|does not|no longer|didn'?t) (?:really |even )?(?:want|wanna|wants|wish)(?: to)? (?:live|be alive|be here(?: any ?more)?$|be here any ?more|exist|go on(?: living)?|wake up|keep living|be around)\b",
        r"\b(?:rather|better off|better if|wish) (?:be |i was |i were |i wasn'?t |i weren'?t |he was |she was )?(?:dead|die|alive|never born|not (?:here|exist|alive)|gone forever)\b",
        r"\b(?:better off|happier|fine) (?:without (?:me|him|her)|if i (?:was|were) ?(?:n'?t|not|gone|dead)|if i (?:was|were) not|if i wasn'?t|if i died|when i(?:'m| am) (?:gone|dead))\b",
        r"\b(?:suicid\w{0,6}|kms|unalive\w{0,5}|self[- ]?harm\w{0,4})\b",
        r"\b(?:end|ending|take|taking|took) (?:my|his|her|their|your) (?:own )?li(?:fe|ves)\b",
        r"\bend it all\b|\bcan'?t (?:do this|go on|take (?:it|this)|live like this) any ?more\b|\bno (?:reason|point|will) (?:to|in) (?:live|living|go(?:ing)? on)\b|\bnothing (?:left )?to live for\b",
        r"\b(?:sleep|go to sleep|fall asleep) and (?:never|not) wake(?: up)?\b|\bnever wake up again\b|\bwon'?t be (?:here|around|alive) (?:much longer|tomorrow|next week|any ?more)\b|\bsay(?:ing)? (?:my )?goodbyes? (?:to everyone|forever)\b",
        r"\b(?:texted|said|wrote|left|posted|sent)(?: me| us| everyone)?(?: a| his| her)? goodbye\b|\bgoodbye (?:note|letter|text)\b|\bsuicide note\b",
        r"\b(?:pills|gun|rope|knife|bridge)\b.{0,30}\bend (?:it|things)\b|\btake (?:all|the whole bottle of) (?:my|the|these) pills\b",
        # Spanish
        r"\b(?:quiero|quisiera|quiere|voy a|va a|pienso(?: en)?|piensa(?: en)?|ganas de) (?:morir(?:me|se)?|matar(?:me|se)|suicidar(?:me|se)|quitarme la vida|desaparecer|acabar con (?:mi vida|todo)|no despertar)\b",
        r"\bno quier[oe] (?:seguir )?(?:vivir|viviendo|vivo|viva|estar (?:aqu[ií]|viv[oa])|despertar)\b|\bya no (?:quier[oe]|puedo|aguanto)(?: m[aá]s)? (?:vivir|seguir(?: viviendo| as[ií])?|con (?:mi vida|la vida))\b|\bno (?:vale la pena|tiene sentido) (?:seguir|vivir)\b|\bmejor (?:muert[oa]|sin m[ií]|estar[ií]an sin m[ií])\b|\bhacerme da[ñn]o\b|\bcortarme\b(?! (?:el pelo|las u[ñn]as))",
    )
)
_VIOLENCE_TO_ME = "|".join(
    (
        r"\b(?:husband|wife|boyfriend|girlfriend|partner|ex|dad|father|mother|stepdad|brother) (?:\w+ ){0,2}(?:hits|beats|hit|beat|chokes|choked|strangled|punched|kicks|threatens|threatened|abuses|rapes|raped)(?: up)? (?:me|us|my)\b",
        r"\bi (?:am|was) (?:being )?(?:beaten|abused|raped|assaulted|choked|strangled) by\b|\bafraid (?:he|she)(?:'ll| will| is going to) (?:kill|hurt) me\b",
        r"\bmi (?:esposo|marido|novio|pareja|esposa|ex) (?:me )?(?:pega|golpea|amenaza|maltrata|ahorc[oó])\b",
    )
)
_VIOLENCE_BY_ME = r"\b(?:i|i'm|im|i am) (?:\w+ ){0,3}(?:kill|shoot|stab|hurt|poison|murder) (?:my (?!self|knee|back|hand|foot|ankle|shoulder|wrist|hip|leg|arm|neck|elbow|finger|toe|head|thumb)|him\b|her\b|them\b|the (?:doctor|nurse|staff)|somebody|someone|people|everyone)|\bvoy a matar a\b"
_POISON = "|".join(
    (
        r"\b(?:swallowed|drank|ate|took|ingested|got into|chewed|licked)\b.{0,40}\b(?:bleach|antifreeze|detergent|pods?\b|drain cleaner|batter(?:y|ies)|rat poison|gasoline|magnets?|cleaner|pesticide|mushrooms?|whole bottle|too many|all (?:of )?(?:my|his|her|the|their) (?:pills|medicine|tablets))\b",
        r"\boverdos(?:e|ed|ing)\b(?! risk| rules?)|\b(?:se )?(?:trag[oó]|tom[oó]|bebi[oó])\b.{0,30}\b(?:cloro|lej[ií]a|pilas?|veneno|detergente|todas? las? pastillas|demasiadas pastillas)\b|\bsobredosis\b",
    )
)
# Signs that need help now, said as happening now.
_SIGNS = "|".join(
    (
        r"\b(?:crushing|squeezing|severe|bad|sharp|terrible|heavy|tight)\b.{0,15}\b(?:chest|pecho)\b|\b(?:chest|pecho)\b.{0,25}\b(?:pain|pressure|tight\w{0,4}|hurts?|hurting|heav(?:y|iness)|aprieta|duele|dolor|opresi[oó]n)\b|\b(?:pain|pressure|tightness|dolor|duele|presi[oó]n|opresi[oó]n|aprieta)\b.{0,20}\b(?:chest|pecho)\b",
        r"\b(?:can'?t|cannot|cant|can not|can barely|can hardly|trouble|hard time|struggling to|difficulty|hard to|gasping|no puede|no puedo|me cuesta|le cuesta) (?:to )?(?:breath\w{0,3}|catch (?:my|his|her) breath|respirar)\b|\b(?:stopped|not) breathing\b(?! (?:in|during|at) (?:my|his|her|your)? ?sleep)",
        r"\b(?:tongue|throat|lips?|face|lengua|garganta|labios|cara)\b.{0,25}\b(?:swell\w{0,4}|swollen|closing|closes|hincha\w{0,3}|inflama\w{0,3}|cierra)\b|\b(?:swelling|swollen|hincha|inflama) (?:of |in |la |los |el |my |his |her )?(?:tongue|throat|lips?|face|lengua|garganta|labios|cara)\b",
        r"\b(?:bleeding|blood|sangr\w{1,5})\b.{0,40}\b(?:won'?t stop|will not stop|can'?t stop|not stopping|heav(?:y|ily)|a lot|lots|gushing|pouring|spurting|soak\w{0,3}|everywhere|no para|mucha|mucho)\b|\b(?:a lot of|lots of|so much|heavy|gushing|spurting|bright red|mucha) (?:bright red )?(?:blood|bleeding|sangre)\b|\b(?:vomit\w{0,4}|throwing up|cough\w{0,3} up|spitting up|spits up|vomita\w{0,4}|escup\w{1,5}) (?:\w+ ){0,3}(?:blood|sangre)\b",
        r"\b(?:face|mouth|side)\b.{0,20}\bdroop\w{0,4}\b|\b(?:slurr\w{0,4}|can'?t) (?:his |her |my )?(?:speech|speak|talk|words)\b|\b(?:sudden(?:ly)?)\b.{0,30}\b(?:weak\w{0,4}|numb\w{0,4}|can'?t (?:see|move|walk|speak)|confus\w{0,4})\b|\bhaving a (?:stroke|heart attack|seizure)\b|\b(?:derrame cerebral|infarto|convulsi\w{1,6})\b",
        r"\b(?:unconscious|passed out|won'?t wake(?: up)?|not waking(?: up)?|unresponsive|collapsed|seizing|having (?:a )?seizures?|turning blue|blue lips|inconsciente|no despierta|no responde|desmay[oó]|morad[oa])\b",
        r"\b(?:fever|temp(?:erature)?|fiebre)\b.{0,25}\b(?:10[3-6]|39\.[5-9]|4[01](?:\.\d)?)\b|\b(?:10[3-6]|39\.[5-9]|40(?:\.\d)?) ?(?:degree|f\b|fever|de fiebre)|\bfever\b.{0,40}\b(?:shaking chills|rigors|confused|stiff neck)\b",
        r"\bpregnant\b.{0,60}\b(?:bleeding heavily|heavy bleeding|gush\w{0,3}|baby (?:has )?(?:stopped|isn'?t) moving)\b|\bembaraz\w{1,5}\b.{0,60}\bsangr\w{1,6}\b",
    )
)
# Asked in general, in the past, or for a record: no one is in danger now.
_NOT_NOW = re.compile(
    r"\b(?:can|could|does|do|will|would|might|should|is it (?:normal|common|possible))\b.{0,40}\b(?:cause|causes|lead|happen|have|get|be|feel|make)\b"
    r"|\bwhat (?:if|happens if|are the (?:risks|signs|chances))\b|\b(?:risks?|chance|signs?|symptoms?|side effects?) of\b|\bis (?:the|an?|my) \w+ (?:test |scan )?for\b|\bwhy\b.{0,30}\b(?:ordered|order|do they|did they|test|need)\b|\bused (?:for|to)\b"
    r"|\bhow do (?:they|you|doctors|nurses|the)\b|\b(?:last (?:time|year|month|week|summer|winter|spring|fall)|years? ago|months? ago|weeks? ago|in (?:19|20)\d\d|history of|used to have|had (?:a |some )?(?:chest pain|a stroke|a heart attack|a seizure|seizures))\b"
    r"|\bif (?:i|he|she|they|you|my \w+)\b|\bafraid of\b|\bscared (?:of|that|i)\b|\bworried (?:about|that|i)\b|\b(?:qu[eé] pasa si|puede (?:causar|dar|provocar)|riesgo de|hace (?:un|dos|tres|\d+) (?:a[ñn]os?|mes(?:es)?|semanas?))\b"
    r"|\b(?:for|about|because of|due to) (?:my |his |her |the )?(?:chest pain|trouble breathing|shortness of breath|seizures?|fainting|stroke)\b(?! (?:right now|now|today))|\b(?:sleep|snor\w{1,4}|apnea|cpap|asthma test|mri (?:tube|machine)|tube|machine|mask)\b",
    _I,
)
_NOW = re.compile(r"\b(?:now|right now|just|suddenly|this minute|at the moment|currently|today|tonight|this morning|since (?:the|this|last night)|ahora|ahorita|de repente|hoy)\b|\bis (?:bleeding|seizing|turning|spitting|vomiting|choking)\b", _I)

_UPCODING = "|".join(
    (
        r"\bwhat (?:should|do|can|could) i (?:put|write|document|add|say|chart)\b.{0,60}\b(?:so (?:it|that|we|i)|to (?:get|make|support|reach|hit|justify|qualify|bill)|pays?)\b",
        r"\b(?:make|making) (?:it|this|the (?:note|visit|chart|record|time)) (?:look|seem|sound|appear|read|support|qualify)\b",
        r"\b(?:upcod\w{1,4}|up-cod\w{1,4})\b(?!.{0,20}\b(?:is it|would it be|avoid|risk|illegal)\b)(?<!is it upcoding)",
        r"\b(?:bill|code|report|charge|claim|submit)(?:ing)? (?:for )?(?:\w+ ){0,6}(?:even though|although|though|but) (?:we|i|he|she|they|the (?:doctor|provider|patient|visit|session|time)|it|only|there)\b.{0,40}\b(?:only|didn'?t|did not|never|wasn'?t|weren'?t|not (?:done|there|performed|present|documented)|less)\b",
        r"\b(?:back-?date|backdating|falsify|fabricate|invent|fake|forge|alter|fudge|pad|inflate|round up)(?:ing|d|s)? (?:the |my |our |a |an |some )?(?:note|notes|record|records|chart|documentation|time|minutes|visit|date|diagnosis|units?|claim)\b",
        r"\b(?:add|put|write|document|record|chart|stretch|claim|say)(?:ing)? (?:extra|more|additional|some) (?:minutes|time|units|systems|details|elements)\b.{0,40}\b(?:so|to (?:get|reach|hit|bill|make))\b",
        r"\b(?:bill|code|report|charge)(?:ing)? (?:for )?(?:something|services?|tests?|visits?|procedures?|units?) (?:that )?(?:we|i|they|he|she)? ?(?:didn'?t|did not|never|wasn'?t|weren'?t|not) (?:do|did|done|perform\w{0,3}|happen\w{0,3}|provide\w?|give\w?|given)\b",
        r"\b(?:highest|most|bigger|higher|better) (?:paying|reimburs\w{1,6}|level|payment|pay)\b.{0,50}\b(?:get away with|without (?:getting )?(?:caught|audited)|anyway|regardless|trick|no matter what)\b|\bget away with (?:billing|coding|charging)\b|\bwithout (?:getting )?(?:caught|an audit|audited)\b",
        r"\b(?:inflar|falsificar|inventar|alterar|cambiar) (?:la |el |los |las )?(?:nota|expediente|registro|minutos|tiempo|factura|fecha)\b|\bcobrar (?:por )?(?:algo|servicios?|consultas?) que no\b|\bqu[eé] pongo en la nota para\b",
    )
)
_EVASION = "|".join(
    (
        r"\b(?:get (?:around|past)|bypass|avoid|beat|defeat|trick|evade|work around|circumvent|override)(?:ing)? (?:the |an |this |that |a |their )?(?:ncci |cci |claim |payer |bundling |mue )?(?:edits?|bundl\w{1,4}|denials?|scrubber|audit\w{0,3}|medical necessity|mue|limits?)\b",
        r"\b(?:59|25|xs|xu|modifier)\b.{0,60}\b(?:so|to (?:get|make)|gets?) (?:both |them |it |all )?(?:\w+ ){0,3}(?:paid|pay|pays|through|past|anyway)\b.{0,20}\b(?:anyway|even (?:though|if)|regardless|through|past|both)?\b(?=.{0,60}$)(?<!when is)",
        r"\bunbundl\w{1,3}\b.{0,40}\b(?:more|higher|extra|paid|money|anyway|separately to)\b|\bsplit (?:the |up )?(?:claim|visit|dates?|bill)\b.{0,40}\b(?:so|to (?:get|make)|more)\b",
    )
)
_DOSE = r"\bhow (?:many|much) (?:mg|milligrams?|mcg|ml|pills?|tablets?|units of insulin|drops|of (?:my|the|his|her) (?:medicine|medication|insulin|warfarin|\w+(?:pam|lol|pine|statin|done|codone)))\b.{0,60}\b(?:take|give|should|can|need|have|safe|before|after)\b|\b(?:what|which|right|safe|correct|maximum|max) (?:dose|dosage|amount)\b.{0,50}\b(?:take|give|for (?:me|my|a|him|her)|should|of)\b|\bhow much (?!time|work|leave|vacation)\w+ (?:should|can|do) i (?:take|give)\b|\bcan i (?:double|increase|halve|skip) (?:my|the|a) (?:dose|medicine|insulin|pills?)\b|\bcu[aá]nt[oa]s? (?:mg|miligramos|pastillas|gotas|tabletas|\w+ (?:debo|puedo|tengo que) tomar|(?:debo|puedo) (?:tomar|dar))\b|\bqu[eé] dosis\b"
_MEDICINE = r"(?:medicines?|medications?|meds|pills?|tablets?|warfarin|coumadin|eliquis|xarelto|plavix|aspirin|insulin|metformin|lithium|antidepressants?|(?:blood )?thinners?|ozempic|wegovy|prednisone|steroids?|ssris?|\w+(?:pril|olol|statin|dipine|zepam|zolam|traline|xetine|xaban|formin|gliflozin|glutide|parin|azole))"
_STOP = (
    r"\b(?:should|can|could|may|do|must|when|is it (?:ok|okay|safe)|ok|okay|safe)\b.{0,20}\b(?:stop|quit|skip|hold|come off|go off|get off|wean off|pause|hold off on)(?:ping|ting)? (?:taking )?(?:my |the |his |her |all |any )?(?:\w+ )?"
    + _MEDICINE
    + r"\b|\b(?:should|can|could|may|must|when (?:do|should|can)|is it (?:ok|okay|safe) (?:to|if i))\b.{0,20}\bstop(?:ping)? taking\b"
    + r"|\b(?:debo|puedo|tengo que|hay que) (?:dejar de tomar|suspender|saltarme)\b|\bdejar (?:de tomar )?(?:mi|la|el|mis|las|los) (?:aspirina|medicina|medicinas|pastillas?|medicamentos?|insulina|anticoagulante)\b"
)
_DIAGNOSIS = r"\b(?:do|does|did) (?:i|he|she|my \w+) (?:really |actually )?have (?:cancer|a tumor|diabetes|a blood clot|dementia|alzheimer'?s|adhd|depression|bipolar|covid|the flu|strep|an infection|a hernia|appendicitis|arthritis|melanoma|a heart attack|ms\b|a stroke|sleep apnea)\b(?! (?:test|screening))|\b(?:is|are) (?:this|it|my|that|these|the) (?:\w+ ){0,3}(?:cancer(?:ous)?|melanoma|infected|broken|torn|malignant|benign|a blood clot|appendicitis|a hernia)\b(?! (?:screening|care|treatment|test|center))|\bdiagnose me\b|\bwhat (?:is|'s) wrong with me\b|\bwhat do i have\b|\b(?:tengo|tiene) (?:c[aá]ncer|diabetes|un tumor|apendicitis)\b(?=.{0,20}\?)|\bqu[eé] tengo\b"
_ODDS = r"\b(?:exact|what(?:'s| is| are)|percent\w{0,4}|tell me|give me|my)\b.{0,25}\b(?:chances?|odds|probability|percent\w{0,4}|likelihood|risk percent\w{0,4}|survival rate|life expectancy|prognosis)\b.{0,40}\b(?:i|me|my|he|she|him|her|dad|mom|surviv\w{1,4}|die|dying|death)\b|\b(?:am i|will i|is (?:he|she|my \w+)|will (?:he|she|my \w+)) (?:going to |gonna )?(?:die|survive|make it|live)\b|\bhow long (?:do i|does (?:he|she|my \w+)) have (?:left|to live)\b|\bqu[eé] (?:probabilidad|posibilidad\w{0,2}|porcentaje)\b|\bme voy a morir\b"

_RULES: tuple[tuple[SafetyKind, str, re.Pattern[str]], ...] = tuple(
    (kind, reason, re.compile(pattern, _I))
    for kind, reason, pattern in (
        (SafetyKind.CRISIS, "self-harm", _SELF_HARM),
        (SafetyKind.EMERGENCY, "violence-victim", _VIOLENCE_TO_ME),
        (SafetyKind.REFUSE, "violence-threat", _VIOLENCE_BY_ME),
        (SafetyKind.EMERGENCY, "poisoning", _POISON),
        (SafetyKind.EMERGENCY, "danger-signs", _SIGNS),
        (SafetyKind.REFUSE, "upcoding", _UPCODING),
        (SafetyKind.REFUSE, "edit-evasion", _EVASION),
        (SafetyKind.CAUTION, "dose", _DOSE),
        (SafetyKind.CAUTION, "stop-medicine", _STOP),
        (SafetyKind.CAUTION, "diagnosis", _DIAGNOSIS),
        (SafetyKind.CAUTION, "odds", _ODDS),
    )
)
# A question about the subject, asked from a distance: prevention, screening, study, coding.
_ABOUT_SUICIDE = re.compile(
    r"\b(?:screening|prevention|assessment|questionnaire|risk (?:screen|form)|asks? about|hotline number for a poster|depression screen|safety plan|which code|what code|code for|covered|therapy for|session for)\b", _I
)
_HONEST = re.compile(r"\b(?:is it (?:upcoding|fraud|legal|ok|okay|allowed)|when (?:is|can|should)|avoid (?:upcoding|a denial|denials)|prevent (?:a )?denials?|would it be)\b", _I)


def _excused(kind: SafetyKind, reason: str, text: str) -> bool:
    """Whether the wider words of the question take the rule back."""
    if reason == "self-harm":
        return bool(_ABOUT_SUICIDE.search(text)) and not re.search(_STRONG_SELF_HARM, text, _I)
    if reason == "danger-signs":
        return bool(_NOT_NOW.search(text)) and not _NOW.search(text)
    if kind is SafetyKind.REFUSE and reason in ("upcoding", "edit-evasion"):
        return bool(_HONEST.search(text))
    return False


_STRONG_SELF_HARM = r"\bi (?:want|wanna|am going|plan|will|might)\b.{0,20}\b(?:die|kill myself|end my life|suicide)\b|\b(?:don'?t|dont) want to (?:live|be alive)\b|\bkill(?:ing)? myself\b|\bquiero morir"

# --- messages --------------------------------------------------------------------------------------------------------

_MESSAGES: dict[str, dict[str, str]] = {
    "self-harm": {
        "en": "**Call or text 988 now, or chat at 988lifeline.org. Call 911 if someone is in danger this minute.** You do not have to "
        "face this alone: trained people answer at any hour, free and in private. Veterans press 1 or text 838255. If it is about "
        "someone else, stay with them if you safely can and call for them.",
        "es": "**Llame al 988 ahora y oprima 2, o mande AYUDA por mensaje al 988. Llame al 911 si alguien está en peligro en este momento.** "
        "No tiene que enfrentarlo solo: personas capacitadas responden a cualquier hora, gratis y en privado. Si se trata de otra "
        "persona, quédese con ella si es seguro y llame por ella.",
    },
    "violence-victim": {
        "en": "**Call 911 if you are in danger now.** The National Domestic Violence Hotline is 1-800-799-7233, or text START to 88788, at any hour.",
        "es": "**Llame al 911 si está en peligro ahora.** La Línea Nacional contra la Violencia Doméstica es 1-800-799-7233, a cualquier hora.",
    },
    "violence-threat": {
        "en": "**If someone may be hurt, call 911. If you feel you might hurt someone, call or text 988.** I cannot help with harming anyone.",
        "es": "**Si alguien puede salir herido, llame al 911. Si siente que podría herir a alguien, llame o escriba al 988.** No puedo ayudar a dañar a nadie.",
    },
    "poisoning": {
        "en": "**Call Poison Control at 1-800-222-1222 now. Call 911 if the person is not awake, not breathing well, or having a seizure.** "
        "Keep the container at hand.",
        "es": "**Llame ahora al Centro de Envenenamiento: 1-800-222-1222. Llame al 911 si la persona no despierta, respira mal o convulsiona.** "
        "Tenga el envase a la mano.",
    },
    "danger-signs": {
        "en": "**Call 911 now. What you describe can be an emergency.** Do not drive yourself and do not wait for an answer here.",
        "es": "**Llame al 911 ahora. Lo que describe puede ser una emergencia.** No maneje usted y no espere una respuesta aquí.",
    },
    "upcoding": {
        "en": "I cannot help to bill for more than was done or documented. A code follows the service as it is truly recorded. "
        "I can show what the documents say must be in the record for a code.",
        "es": "No puedo ayudar a cobrar más de lo que se hizo o documentó. El código sigue al servicio tal como consta. "
        "Puedo mostrar lo que debe constar para un código.",
    },
    "dose": {
        "en": "The documents give no doses, and nobody should take one from a chat. Ask the prescriber or a pharmacist.",
        "es": "Los documentos no dan dosis y nadie debería tomarla de un chat. Pregunte a quien la recetó o a un farmacéutico.",
    },
    "stop-medicine": {
        "en": "Whether to stop or skip a medicine is for the person who prescribes it. Ask that office or a pharmacist before you change anything.",
        "es": "Dejar o saltarse una medicina lo decide quien la receta. Pregunte a ese consultorio o a un farmacéutico antes de cambiar algo.",
    },
    "diagnosis": {
        "en": "The documents cannot say what you have. Only a clinician who knows your case can; ask the office that did the test.",
        "es": "Los documentos no pueden decir qué tiene usted. Solo puede hacerlo un médico que conozca su caso; pregunte donde le hicieron la prueba.",
    },
    "odds": {
        "en": "The documents give no odds for one person. Ask the surgeon or doctor who knows your health.",
        "es": "Los documentos no dan probabilidades para una persona. Pregunte al cirujano o médico que conoce su salud.",
    },
}
_MESSAGES["edit-evasion"] = _MESSAGES["upcoding"]

MASKED = {
    "en": "Personal details were removed before the search. Please leave names and ID numbers out.",
    "es": "Se quitaron datos personales antes de buscar. Por favor no escriba nombres ni números de identificación.",
}


def message(reason: str, language: str) -> str:
    """The fixed text that comes first in the reply, in Markdown; "" for no reason."""
    return _MESSAGES[reason]["es" if language == "es" else "en"] if reason else ""
