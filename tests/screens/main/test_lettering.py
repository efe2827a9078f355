"""Labels of what is in sight."""

from itertools import pairwise

import pytest

from screens.main.lettering import labels


@pytest.mark.parametrize("count", [0, 1, 26, 27, 80, 300, 676])
def test_there_are_as_many_labels_and_none_begins_another(count: int) -> None:
    made = labels(count)
    assert len(made) == len(set(made)) == count
    # In order, what begins with a label would stand right behind it.
    made.sort()
    assert not any(two.startswith(one) for one, two in pairwise(made))


def test_what_has_the_focus_is_a_letter_away() -> None:
    assert sum(len(label) == 1 for label in labels(26)) == 26
    assert sum(len(label) == 1 for label in labels(80)) >= 20
