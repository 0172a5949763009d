"""The page's own words, English and Spanish. They guide; they state no medical fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")

WORDS: Mapping[str, Mapping[str, str]] = {
    "title": {"en": "Procedure Answers", "es": "Procedure Answers"},
    "skip": {"en": "Skip to the question box", "es": "Ir al cuadro de pregunta"},
    "i_am": {"en": "I am a", "es": "Soy"},
    "patient": {"en": "Patient", "es": "Paciente"},
    "coder": {"en": "Coder", "es": "Codificador"},
    "language": {"en": "Language", "es": "Idioma"},
    "new_chat": {"en": "New chat", "es": "Nuevo chat"},
    "offline": {
        "en": "You are offline. What you typed is kept; ask again when the connection is back.",
        "es": "No hay conexión. Lo que escribió se conserva; pregunte de nuevo cuando vuelva la conexión.",
    },
    "start_patient": {
        "en": "What would you like to know about a procedure?",
        "es": "¿Qué quiere saber de un procedimiento?",
    },
    "start_coder": {"en": "What was done? Find the code.", "es": "¿Qué se hizo? Encuentre el código."},
    "start_how": {
        "en": "You get sentences quoted from our procedure pages. Each has a number: open it to read the sentence in its place.",
        "es": "Recibe frases citadas de nuestras páginas, que están en inglés. Cada una lleva un número: ábralo para leer la frase en su lugar.",
    },
    "try": {"en": "Try one of these", "es": "Pruebe una de estas"},
    "promise_quoted": {"en": "Every sentence is quoted, none is written by a machine", "es": "Cada frase es una cita, ninguna la escribe una máquina"},
    "promise_source": {"en": "Every quote opens in its document", "es": "Cada cita se abre en su documento"},
    "promise_private": {"en": "Nothing you ask is stored", "es": "Nada de lo que pregunta se guarda"},
    "general": {"en": "General information, not medical advice.", "es": "Información general, no consejo médico."},
    "no_names": {
        "en": "Do not type names or ID numbers.",
        "es": "No escriba nombres ni números de identificación.",
    },
    "urgent": {
        "en": "In an emergency call 911. In a crisis call or text 988.",
        "es": "En una emergencia llame al 911. En una crisis llame al 988 y oprima 2.",
    },
    "question": {"en": "Your question", "es": "Su pregunta"},
    "placeholder": {"en": "Ask a question", "es": "Haga una pregunta"},
    "ask": {"en": "Ask", "es": "Enviar"},
    "stop": {"en": "Stop", "es": "Detener"},
    "searching": {"en": "Searching the procedure pages…", "es": "Buscando en las páginas de procedimientos…"},
    "stopped": {"en": "Stopped.", "es": "Detenido."},
    "you_asked": {"en": "You asked: ", "es": "Usted preguntó: "},
    "conversation": {"en": "Conversation", "es": "Conversación"},
    "show_earlier": {"en": "Show earlier questions", "es": "Mostrar preguntas anteriores"},
    "answer_ready": {"en": "Answer ready", "es": "Respuesta lista"},
    "source": {"en": "source", "es": "fuente"},
    "sources_count": {"en": "sources", "es": "fuentes"},
    "sources": {"en": "Sources", "es": "Fuentes"},
    "read_through": {"en": "Last read through on", "es": "Última lectura el"},
    "codes": {"en": "Codes, best match first", "es": "Códigos, el mejor primero"},
    "codes_brief": {"en": "Billing codes this may be about", "es": "Códigos de factura de los que puede tratarse"},
    "rank": {"en": "Rank", "es": "Orden"},
    "code": {"en": "Code", "es": "Código"},
    "what_it_is": {"en": "What it is", "es": "Qué es"},
    "why": {"en": "Why, and why not", "es": "Por qué sí y por qué no"},
    "units": {"en": "Units", "es": "Unidades"},
    "best": {"en": "Best match", "es": "El mejor"},
    "possible": {"en": "Possible", "es": "Posible"},
    "ruled_out": {"en": "Does not fit", "es": "No corresponde"},
    "fits": {"en": "Fits", "es": "Corresponde"},
    "contradicts": {"en": "Does not fit", "es": "No corresponde"},
    "not said": {"en": "Not said", "es": "No se dice"},
    "asked": {"en": "you said", "es": "usted dijo"},
    "add_on": {"en": "Add-on: goes with", "es": "Adicional: va con"},
    "use_instead": {"en": "Use instead:", "es": "Use en su lugar:"},
    "deleted": {"en": "Not valid any more on this date", "es": "Ya no es válido en esta fecha"},
    "not yet valid": {"en": "Not yet valid on this date", "es": "Aún no es válido en esta fecha"},
    "copy": {"en": "Copy", "es": "Copiar"},
    "copied": {"en": "Copied", "es": "Copiado"},
    "copy_failed": {
        "en": "Could not copy. Select the text and copy it.",
        "es": "No se pudo copiar. Seleccione el texto y cópielo.",
    },
    "row_keys": {
        "en": "In the table: up and down arrows move, Enter opens the page, C copies the code.",
        "es": "En la tabla: las flechas mueven, Intro abre la página, C copia el código.",
    },
    "compare": {"en": "Compare side by side", "es": "Comparar lado a lado"},
    "fact": {"en": "Fact", "es": "Dato"},
    "download": {"en": "Download as CSV", "es": "Descargar CSV"},
    "downloaded": {"en": "Table downloaded", "es": "Tabla descargada"},
    "print": {"en": "Print", "es": "Imprimir"},
    "share": {"en": "Copy link", "es": "Copiar enlace"},
    "shared": {"en": "Link copied", "es": "Enlace copiado"},
    "copy_answer": {"en": "Copy answer", "es": "Copiar respuesta"},
    "understood": {"en": "Understood", "es": "Entendido"},
    "change": {"en": "Change", "es": "Cambiar"},
    "remove": {"en": "Remove", "es": "Quitar"},
    "read_as": {"en": "Read as", "es": "Leído como"},
    "edit": {"en": "Edit the question", "es": "Editar la pregunta"},
    "about": {"en": "About", "es": "Sobre"},
    "for": {"en": "For", "es": "Para"},
    "ask_as": {"en": "Ask as", "es": "Preguntar como"},
    "ask_next": {"en": "Ask next", "es": "Siguiente pregunta"},
    "nearest": {"en": "Nearest topics in our pages", "es": "Temas más cercanos en nuestras páginas"},
    "next_step": {
        "en": "You can also ask your care team or the billing office.",
        "es": "También puede preguntar a su equipo médico o a la oficina de cobros.",
    },
    "one_question": {"en": "One question first", "es": "Primero una pregunta"},
    "emergency": {"en": "Emergency", "es": "Emergencia"},
    "crisis": {"en": "You are not alone", "es": "No está a solas"},
    "in_english": {"en": "", "es": "Las frases citadas están en inglés."},
    "error": {
        "en": "Something went wrong here, and your question was not lost.",
        "es": "Algo falló aquí, y su pregunta no se perdió.",
    },
    "too_long": {
        "en": "The question is too long. Use at most 2,000 characters.",
        "es": "La pregunta es muy larga. Use como máximo 2,000 caracteres.",
    },
    "try_again": {"en": "Try again", "es": "Intentar de nuevo"},
    "document": {"en": "Document", "es": "Documento"},
    "back": {"en": "Back", "es": "Volver"},
    "open_page": {"en": "Open as a page", "es": "Abrir como página"},
    "loading_document": {"en": "Opening the document…", "es": "Abriendo el documento…"},
    "document_failed": {
        "en": "The document could not be opened. Try again, or open it as a page.",
        "es": "No se pudo abrir el documento. Intente de nuevo o ábralo como página.",
    },
}

# Asked of the corpus as it is: every one of them is answered (a test holds this).
EXAMPLES: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("patient", "en"): (
        "What happens in a 30-minute therapy session?",
        "How do I get ready for a colonoscopy?",
        "What are the risks of a knee replacement?",
    ),
    ("patient", "es"): (
        "¿Qué pasa en una sesión de terapia de 30 minutos?",
        "¿Cómo me preparo para una colonoscopia?",
        "¿Cuáles son los riesgos de un reemplazo de rodilla?",
    ),
    ("coder", "en"): (
        "25 min talk therapy + med check, same visit",
        "MRI brain without and then with contrast",
        "Established patient, office visit, 32 minutes total",
    ),
    ("coder", "es"): (
        "Psicoterapia individual, 45 minutos",
        "Resonancia del cerebro sin y con contraste",
        "Paciente establecido, visita de oficina, 32 minutos",
    ),
}

# Names of the facts that decide between codes, as a chip or a table row shows them.
FACT_NAMES: Mapping[str, Mapping[str, str]] = {
    "minutes": {"en": "minutes", "es": "minutos"},
    "first_minutes": {"en": "first minutes", "es": "primeros minutos"},
    "each_minutes": {"en": "each further minutes", "es": "cada minutos más"},
    "units_of": {"en": "units of", "es": "unidades de"},
    "dose_unit": {"en": "dose unit", "es": "unidad de dosis"},
    "patient": {"en": "patient", "es": "paciente"},
    "visit": {"en": "visit", "es": "visita"},
    "mdm": {"en": "decision making", "es": "decisión médica"},
    "setting": {"en": "place", "es": "lugar"},
    "contrast": {"en": "contrast", "es": "contraste"},
    "views": {"en": "views", "es": "vistas"},
    "count": {"en": "count", "es": "cantidad"},
    "size_cm": {"en": "size in cm", "es": "tamaño en cm"},
    "age": {"en": "age", "es": "edad"},
    "extent": {"en": "extent", "es": "alcance"},
    "side": {"en": "side", "es": "lado"},
    "approach": {"en": "approach", "es": "abordaje"},
    "guidance": {"en": "guidance", "es": "guía"},
    "role": {"en": "part billed", "es": "parte cobrada"},
    "purpose": {"en": "purpose", "es": "propósito"},
    "payer": {"en": "payer", "es": "pagador"},
    "complexity": {"en": "complexity", "es": "complejidad"},
    "recurrence": {"en": "recurrence", "es": "recurrencia"},
    "anesthesia": {"en": "anesthesia", "es": "anestesia"},
    "sex": {"en": "sex", "es": "sexo"},
    "medical_services": {"en": "medical services", "es": "servicios médicos"},
    "patient_present": {"en": "patient in the room", "es": "paciente presente"},
    "group": {"en": "group", "es": "grupo"},
    "obstructed": {"en": "trapped or blocked", "es": "atrapado u obstruido"},
    "region": {"en": "body part", "es": "parte del cuerpo"},
    "technique": {"en": "technique", "es": "técnica"},
    "drug": {"en": "drug", "es": "medicamento"},
    "device": {"en": "device", "es": "dispositivo"},
    "component": {"en": "part of the service", "es": "parte del servicio"},
}

# Values that say little without their fact.
EXACT_VALUES: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("contrast", "none"): {"en": "without", "es": "sin"},
    ("contrast", "both"): {"en": "without, then with", "es": "sin y luego con"},
    ("guidance", "none"): {"en": "without imaging", "es": "sin imagen"},
    ("side", "one"): {"en": "one side", "es": "un lado"},
    ("side", "both"): {"en": "both sides", "es": "ambos lados"},
    ("payer", "any"): {"en": "any payer", "es": "cualquier pagador"},
    ("role", "professional"): {"en": "reading only", "es": "solo la interpretación"},
    ("role", "technical"): {"en": "recording only", "es": "solo el registro"},
    ("role", "global"): {"en": "recording and reading", "es": "registro e interpretación"},
}

# Other values of the facts in Spanish; in English they are their own names.
VALUE_NAMES_ES: Mapping[str, str] = {
    "new": "nuevo", "established": "establecido", "initial": "inicial", "subsequent": "posterior", "discharge": "alta",
    "straightforward": "directa", "low": "baja", "moderate": "moderada", "high": "alta complejidad", "office": "consultorio",
    "hospital": "hospital", "emergency": "emergencias", "home": "casa", "lab": "laboratorio", "telehealth": "telesalud",
    "none": "sin", "with": "con", "both": "ambos", "complete": "completo", "limited": "limitado", "follow-up": "seguimiento",
    "one": "uno", "open": "abierto", "laparoscopic": "laparoscópico", "endoscopic": "endoscópico",
    "percutaneous": "percutáneo", "external": "externo", "ultrasound": "ultrasonido", "fluoroscopy": "fluoroscopia",
    "ct": "tomografía", "professional": "profesional", "technical": "técnica", "global": "global", "screening": "detección",
    "diagnostic": "diagnóstico", "treatment": "tratamiento", "any": "cualquiera", "medicare": "Medicare",
    "simple": "simple", "intermediate": "intermedia", "complex": "compleja", "recurrent": "recurrente", "local": "local",
    "general": "general", "male": "masculino", "female": "femenino", "yes": "sí", "no": "no",
    "with medical services": "con servicios médicos", "without medical services": "sin servicios médicos",
    "patient in the room": "paciente presente", "patient not in the room": "paciente ausente", "in a group": "en grupo",
    "not in a group": "no en grupo", "trapped or blocked": "atrapado u obstruido", "not trapped": "no atrapado",
}  # fmt: skip

# What is sent to correct one choice. The question is understood by rules, which know these English words.
CORRECTIONS: Mapping[tuple[str, str], str] = {
    ("patient", "new"): "no, new patient",
    ("patient", "established"): "no, established patient",
    ("visit", "initial"): "no, the initial visit",
    ("visit", "subsequent"): "no, a subsequent visit",
    ("visit", "discharge"): "no, the discharge day visit",
    ("mdm", "straightforward"): "no, straightforward mdm",
    ("mdm", "low"): "no, low mdm",
    ("mdm", "moderate"): "no, moderate mdm",
    ("mdm", "high"): "no, high mdm",
    ("setting", "emergency"): "no, emergency department",
    ("setting", "telehealth"): "no, video visit",
    ("setting", "home"): "no, at home",
    ("setting", "lab"): "no, in the sleep lab",
    ("setting", "hospital"): "no, inpatient",
    ("contrast", "none"): "no, without contrast",
    ("contrast", "with"): "no, with contrast",
    ("contrast", "both"): "no, without and with contrast",
    ("extent", "complete"): "no, complete",
    ("extent", "limited"): "no, limited",
    ("extent", "follow-up"): "no, a follow-up exam",
    ("side", "one"): "no, one side",
    ("side", "both"): "no, both sides",
    ("approach", "open"): "no, open surgery",
    ("approach", "laparoscopic"): "no, laparoscopic",
    ("approach", "endoscopic"): "no, endoscopic",
    ("approach", "percutaneous"): "no, percutaneous",
    ("guidance", "none"): "no, without ultrasound",
    ("guidance", "ultrasound"): "no, with ultrasound guidance",
    ("guidance", "fluoroscopy"): "no, with fluoroscopy",
    ("role", "technical"): "no, technical component only",
    ("role", "professional"): "no, interpretation and report only",
    ("role", "global"): "no, the global service",
    ("purpose", "screening"): "no, screening",
    ("purpose", "diagnostic"): "no, diagnostic",
    ("payer", "any"): "no, private insurance",
    ("payer", "medicare"): "no, Medicare",
    ("complexity", "simple"): "no, simple",
    ("complexity", "intermediate"): "no, intermediate",
    ("complexity", "complex"): "no, complex repair",
    ("recurrence", "initial"): "no, the first time",
    ("recurrence", "recurrent"): "no, recurrent",
    ("anesthesia", "local"): "no, local anesthesia",
    ("anesthesia", "general"): "no, general anesthesia",
    ("medical_services", "yes"): "no, with medical services",
    ("medical_services", "no"): "no, without medical services",
    ("patient_present", "yes"): "no, with the patient present",
    ("patient_present", "no"): "no, without the patient present",
    ("group", "yes"): "no, group therapy",
    ("obstructed", "yes"): "no, trapped",
    ("obstructed", "no"): "no, reducible",
}

# What is sent with a number in place of {}.
NUMBER_CORRECTIONS: Mapping[str, str] = {
    "minutes": "no, {} minutes",
    "views": "no, {} views",
    "size_cm": "no, {} cm",
    "age": "no, {} years old",
    "count": "no, {} units",
}

# What is sent to take a fact back.
REMOVAL = "never mind the {}"


@dataclass(frozen=True, slots=True)
class Voice:
    """The page's words in one language: voice["ask"]."""

    language: Language

    def __getitem__(self, key: str) -> str:
        return WORDS[key][self.language]

    def fact(self, name: str) -> str:
        """The name of a fact for people; its own name when it is not in the list."""
        return FACT_NAMES.get(name, {}).get(self.language, name.replace("_", " "))

    def value(self, fact: str, value: str) -> str:
        """A fact's value for people; a document's own words stay as they are."""
        if exact := EXACT_VALUES.get((fact, value)):
            return exact[self.language]
        return VALUE_NAMES_ES.get(value, value) if self.language == "es" else value


def voice(language: str | None) -> Voice:
    """The voice of a language; English for one that we do not have."""
    return Voice("es" if language == "es" else "en")
