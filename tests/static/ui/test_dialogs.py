"""Questions that have to be answered before the page goes on."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { askForGift, askForName, showEnd } = await load('ui/dialogs');
    const opener = document.createElement('button');
    document.body.append(opener);
    opener.focus();
    const $ = (name) => document.querySelector(`[data-testid=${name}]`);
    const answered = async (promise) => [await promise, document.activeElement === opener, $('dialog')];
    const ask = () => askForGift({ id: 'rose', name: 'Rose' }, { quantity: 99, coins: 1089, left: 3911 });
    const escape = () => $('dialog').dispatchEvent(new Event('cancel', { cancelable: true }));
"""


def test_question_about_a_dear_gift(part: Page) -> None:
    """It says how many, what they cost and what is left; "Not now" has the focus, and gives it back where it was."""
    told = part.run(
        START
        + """
        const asked = ask();
        const said = $('dialog').innerText;
        const focused = document.activeElement.dataset.testid;
        $('ask-no').click();
        return [said, focused, await answered(asked)];
    """
    )

    assert "Send Rose ×99?" in told[0]
    assert "1,089 coins" in told[0]
    assert "3,911 left" in told[0]
    assert "ask-no" == told[1]
    assert [False, True, None] == told[2]


def test_second_half_of_a_double_tap_answers_nothing(part: Page) -> None:
    """The yes of a question is deaf for a moment, then it is heard; Escape means no."""
    told = part.run(
        START
        + """
        const asked = ask();
        $('ask-yes').click();
        const deaf = $('dialog') !== null;
        await until(() => !$('ask-yes').disabled);
        $('ask-yes').click();
        const yes = await answered(asked);
        const again = ask();
        escape();
        return [deaf, yes, await answered(again)];
    """
    )

    assert [True, [True, True, None], [False, True, None]] == told


def test_name(part: Page) -> None:
    """A name is asked for until one is taken, with what was wrong said; whoever would rather watch may."""
    told = part.run(
        START
        + """
        const names = [];
        const join = async (name) => {
          names.push(name);
          if (names.length === 1) throw new Error('Taken.');
          return 'token';
        };
        const asked = askForName('Ann', join);
        const field = $('name-field');
        const label = [field.labels[0].innerText.trim(), document.activeElement === field];
        $('join').click();
        await until(() => document.querySelector('[role=alert]:not([hidden])'));
        const said = document.querySelector('[role=alert]').textContent;
        field.value = ' Zoë ';
        $('join').click();
        const joined = await answered(asked);
        const declined = askForName('', join);
        $('ask-no').click();
        const no = await answered(declined);
        const escaped = askForName('', join);
        escape();
        return { label, said, joined, no, escaped: await answered(escaped), names };
    """
    )

    assert {
        "label": ["Your name", True],
        "said": "Taken.",
        "joined": ["token", True, None],
        "no": [None, True, None],
        "escaped": [None, True, None],
        "names": ["Ann", "Zoë"],
    } == told


def test_end_stays(part: Page) -> None:
    """The end of a page says why, and no key takes it away; a reload is offered where it may help."""
    told = part.run(
        START
        + """
        showEnd('No such room.', { reload: false });
        escape();
        return [$('end-reason').textContent, $('reload'), document.querySelector('dialog a').getAttribute('href')];
    """
    )

    assert ["No such room.", None, "/"] == told
