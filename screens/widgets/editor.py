"""One line of text being typed: the text, its cursor, and what each key does. No Textual."""

from __future__ import annotations

import re

from screens.widgets.lines import clean, width

# Of a pasted text.
_LONGEST_FILTER = 80


class LineEditor:
    """A field's text under the keys. `cursor` counts characters, from 0 to the length of the text.

    `untouched`: what is typed or pasted first takes the place of all of it, such as of an example;
    after any other key, and a click into the text, it is edited. `typed_over`: that has been done.
    """

    def __init__(self, text: str = "", *, untouched: bool = False) -> None:
        self.text = text
        self.cursor = len(text)
        self.first = 0
        self.untouched, self.typed_over = untouched, False

    def insert(self, text: str) -> None:
        """Typed or pasted text; line ends and tabs become blanks."""
        if self.untouched:
            self.text, self.cursor = "", 0
            self.untouched, self.typed_over = False, True
        text = clean(re.sub(r"[\r\n\t]+", " ", text.strip("\r\n") if len(text) > 1 else text))
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def press(self, key: str) -> bool:
        """A key that moves or deletes; False where it means nothing in a field."""
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        match key:
            case "left":
                self.cursor = max(0, self.cursor - 1)
            case "right":
                self.cursor = min(len(self.text), self.cursor + 1)
            case "home" | "ctrl+a":
                self.cursor = 0
            case "end" | "ctrl+e":
                self.cursor = len(self.text)
            case "ctrl+left" | "alt+b":
                self.cursor = len(_but_last_word(before))
            case "ctrl+right" | "alt+f":
                self.cursor += len(after) - len(re.sub(r"^\W*\w*", "", after))
            case "backspace":
                self.text, self.cursor = before[:-1] + after, max(0, self.cursor - 1)
            case "delete" | "ctrl+d":
                self.text = before + after[1:]
            case "ctrl+w" | "alt+backspace":
                rest = _but_last_word(before)
                self.text, self.cursor = rest + after, len(rest)
            case "ctrl+u":
                self.text, self.cursor = after, 0
            case "ctrl+k":
                self.text = before
            case _:
                return False
        self.untouched = False
        return True

    def window(self, columns: int) -> tuple[str, int]:
        """What of the text is to be seen in so many columns, and the column of the cursor in it."""
        self.first = 0 if width(self.text) < columns else min(self.first, self.cursor)
        while width(self.text[self.first : self.cursor]) > columns - 1:
            self.first += 1
        # Where the field was narrower before, or the text longer, its room is not left empty.
        while self.first and width(self.text[self.first - 1 :]) < columns:
            self.first -= 1
        part = self.text[self.first :]
        while width(part) > columns:
            part = part[:-1]
        return part, width(self.text[self.first : self.cursor])

    def stand_at(self, column: int) -> None:
        """Put the cursor on the character at that column of what was last in sight; beside a text
        that is untouched nothing of it is meant.
        """
        if self.untouched and not 0 <= column < width(self.text[self.first :]):
            return
        self.untouched = False
        self.cursor = self.first
        while self.cursor < len(self.text):
            if width(self.text[self.first : self.cursor + 1]) > column:
                return
            self.cursor += 1


def can_filter(text: str) -> bool:
    """Whether a pasted text may be the words of a filter: one line, and not a long one."""
    return text.isprintable() and 0 < len(text) <= _LONGEST_FILTER


def _but_last_word(text: str) -> str:
    return re.sub(r"\w*\W*$", "", text) if re.search(r"\w\W*$", text) else ""
