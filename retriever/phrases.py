"""Our own fixed phrases: they connect and guide, and state no medical fact. English and Spanish."""

from collections.abc import Mapping

GENERAL = {
    "en": "General information from the documents, not medical advice.",
    "es": "Información general de los documentos, no consejo médico. Las citas están en inglés.",
}

ABSTAIN: Mapping[str, Mapping[str, str]] = {
    "unknown-code": {
        "en": "That code is not among the loaded documents. Check the code, or ask about one of the nearest ones below.",
        "es": "Ese código no está en los documentos cargados. Revise el código o pregunte por uno de los más cercanos.",
    },
    "section-absent": {
        "en": "The document of this procedure does not say. Ask about one of the topics below, or ask your care team.",
        "es": "El documento de este procedimiento no lo dice. Pregunte por uno de los temas de abajo o a su equipo médico.",
    },
    "out-of-scope": {
        "en": "The documents do not say. They describe medical procedures and their billing codes; they hold no prices, "
        "appointments, diagnoses or personal records.",
        "es": "Los documentos no lo dicen. Describen procedimientos médicos y sus códigos; no tienen precios, citas, "
        "diagnósticos ni datos personales.",
    },
    "weak-match": {
        "en": "The documents do not say. Nothing in them is close enough to answer that. Name the procedure or the code, "
        "or try one of the topics below.",
        "es": "Los documentos no lo dicen. Nombre el procedimiento o el código, o pruebe uno de los temas de abajo.",
    },
}

FOLLOW_UPS: Mapping[str, Mapping[str, str]] = {
    "preparation": {"en": "How should I get ready?", "es": "¿Cómo me preparo?"},
    "procedure": {"en": "What happens during it?", "es": "¿Qué pasa durante el procedimiento?"},
    "duration": {"en": "How long does it take?", "es": "¿Cuánto dura?"},
    "experience": {"en": "What does it feel like?", "es": "¿Qué se siente?"},
    "risks": {"en": "What are the risks?", "es": "¿Cuáles son los riesgos?"},
    "recovery": {"en": "What happens afterwards?", "es": "¿Qué pasa después?"},
    "alternatives": {"en": "What else could I do instead?", "es": "¿Qué otras opciones hay?"},
    "personnel": {"en": "Who does it?", "es": "¿Quién lo hace?"},
    "coding": {"en": "When is this code chosen?", "es": "¿Cuándo se elige este código?"},
    "similar": {"en": "How is it different from similar codes?", "es": "¿En qué se diferencia de códigos parecidos?"},
}

FOLLOW_UPS_FOR = {
    "patient": ("preparation", "procedure", "experience", "risks", "recovery", "alternatives"),
    "coder": ("coding", "similar", "duration", "personnel"),
}

READ_AS = {"en": "Read “{written}” as {code}.", "es": "“{written}” se leyó como {code}."}
NOT_VALID = {
    "deleted": {"en": "{code} is not valid on {day}: it ended before that date.", "es": "{code} no es válido el {day}."},
    "not yet valid": {"en": "{code} is not yet valid on {day}.", "es": "{code} aún no es válido el {day}."},
}

SHORTFALL = {
    "en": "No code fits {asked}: the smallest band begins at {floor}.",
    "es": "Ningún código corresponde a {asked}: la banda más corta empieza en {floor}.",
}
COUNTED = {"en": "Counted: {sum}.", "es": "Cuenta: {sum}."}
NEVER_TOGETHER = {"en": "{one} and {other} are not reported together.", "es": "{one} y {other} no se facturan juntos."}
MAY_GO_TOGETHER = {"en": "{add_on} is an add-on that may go with {primary}.", "es": "{add_on} es un código adicional que puede acompañar a {primary}."}
NOT_A_PRIMARY = {
    "en": "{primary} is not among the codes that {add_on} goes with.",
    "es": "{primary} no está entre los códigos a los que acompaña {add_on}.",
}
RECORD_NEEDED = {"en": "What must be in the record for {code}?", "es": "¿Qué debe constar en el expediente para {code}?"}
