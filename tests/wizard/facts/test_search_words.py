"""Names that people look for: in labels where they are the usual ones, else as further words."""

from __future__ import annotations

import pytest

from tests.tools.worlds import CATALOG
from wizard.plan.keys import FeatureKey
from wizard.questions.features import questions_of


@pytest.mark.parametrize(
    ("product", "feature", "name"),
    [
        ("cups", "printers-appsocket", "Raw printers (JetDirect, port 9100)"),
        ("cups", "browse-poll", "Polling of other servers (BrowsePoll)"),
        ("printeron", "alternate-ipp", "Alternate port for jobs (8080)"),
        ("papercut-mf", "windows-spooler", "Windows print queues (print spooler)"),
        ("papercut-ng", "windows-spooler", "Windows print queues (print spooler)"),
    ],
)
def test_features_are_called_as_people_call_them(product: str, feature: str, name: str) -> None:
    assert CATALOG.products[product].features[feature].name == name


@pytest.mark.parametrize("product", ["papercut-mf", "papercut-ng"])
def test_entra_is_called_by_both_names(product: str) -> None:
    choices = CATALOG.products[product].features["directory"].options["source"].choices
    labels = {choice.value: choice.label for choice in choices}
    assert labels["entra-graph"] == "Entra ID (Azure AD) with Microsoft Graph"
    assert labels["azure-secure-ldap"] == "Entra ID (Azure AD) with Secure LDAP"


@pytest.mark.parametrize(
    ("product", "feature", "word"),
    [
        ("cups", "printers-appsocket", "AppSocket"),
        ("cups", "printers-lpd", "LPR"),
        ("papercut-mf", "directory", "Azure AD"),
        ("papercut-ng", "directory", "Azure AD"),
    ],
)
def test_older_names_are_further_words_of_the_question(
    product: str, feature: str, word: str
) -> None:
    declared = CATALOG.products[product]
    assert word in declared.features[feature].words
    question = questions_of(declared).by_key[FeatureKey(product, feature)]
    assert question.words == declared.features[feature].words


def test_products_have_their_older_and_shorter_names() -> None:
    assert "Dispatcher Paragon" in CATALOG.products["safeq"].words
    assert "Kofax Printix" in CATALOG.products["printix"].words
    assert "print spooler" in CATALOG.products["windows-print"].words
