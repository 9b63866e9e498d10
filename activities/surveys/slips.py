"""Reading rows of answers typed as figures: paper slips and telephone calls."""

from dataclasses import dataclass, field

from activities.models import SurveyResponse

QUESTIONS = ("honour", "belonging", "gain", "overall")
RESPONDENTS = {"1": "veteran", "2": "family", "3": "resident"}


@dataclass
class Row:
    """One line of a grid. `typed` is what stands in the cells, whatever it is."""

    key: str
    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def is_empty(self):
        return not any(self.typed[name] for name in QUESTIONS)

    @property
    def cells(self):
        return [
            (f"{self.key}-{name}", name, self.typed.get(name, ""), self.errors.get(name, ""))
            for name in QUESTIONS
        ]

    def answers(self):
        return {name: int(self.typed[name]) for name in QUESTIONS}

    def check(self):
        for name in QUESTIONS:
            label = SurveyResponse._meta.get_field(name).verbose_name
            if not self.typed[name]:
                self.errors[name] = f"{label}没有填。"
            elif self.typed[name] not in ("1", "2", "3", "4", "5"):
                self.errors[name] = f"{label}请填1到5。"


def read_row(key, data) -> Row:
    """Figures as the keyboard of a Chinese input method gives them are figures too."""
    typed = {
        name: data.get(f"{key}-{name}", "").strip().translate(FULL_WIDTH)[:3] for name in QUESTIONS
    }
    return Row(str(key), typed)


FULL_WIDTH = str.maketrans("０１２３４５６７８９", "0123456789")
