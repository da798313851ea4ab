"""A list that goes on where it ends."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountEndless } = await load('ui/endless');
    const { FanfareError } = await load('net/http');
    const list = document.createElement('ol');
    const asked = [];
    let answer = () => ({ items: [], cursor: null });
    const endless = mountEndless({
      list,
      load: async (cursor) => {
        asked.push(cursor);
        return answer(cursor);
      },
      add: (items) => {
        for (const item of items) list.append(Object.assign(document.createElement('li'), { textContent: item }));
      },
      empty: () => 'nothing here',
      say: (key) => key,
    });
    document.body.append(endless.node);
    const more = endless.node.querySelector('[data-testid=more]');
    const said = endless.node.querySelector('[role=status]');
    const shown = () => [list.textContent, more.hidden ? '' : more.textContent, said.textContent];
"""


def test_it_goes_on_by_itself(part: Page) -> None:
    """Page after page comes while its end is in view, each asked for by the last one's cursor, up to the end."""
    told = part.run(
        START
        + """
        const pages = { '': ['ab', '1'], 1: ['c', '2'], 2: ['d', null] };
        answer = (cursor) => ({ items: pages[cursor ?? ''][0].split(''), cursor: pages[cursor ?? ''][1] });
        await endless.restart();
        await until(() => asked.length === 3 && more.hidden);
        return [asked, shown()];
    """
    )

    assert [[None, "1", "2"], ["abcd", "", ""]] == told


def test_what_failed_is_tried_again_by_hand(part: Page) -> None:
    """A page that does not come is said, keeps what is there, and is asked for again by a touch alone."""
    told = part.run(
        START
        + """
        answer = () => ({ items: ['a'], cursor: '1' });
        await endless.restart();
        answer = () => { throw new FanfareError({}); };
        await until(() => more.dataset.failed === 'true');
        const failed = shown();
        const before = asked.length;
        await sleep(50);
        const still = asked.length === before;
        answer = () => ({ items: ['b'], cursor: null });
        more.click();
        await until(() => more.hidden);
        return [failed, still, shown(), asked.at(-1)];
    """
    )

    assert [["a", "try_again", "problem_away"], True, ["ab", "", ""], "1"] == told


def test_the_last_question_counts(part: Page) -> None:
    """Where something else is asked for meanwhile, the earlier answer is dropped; an empty list says what to do."""
    told = part.run(
        START
        + """
        let free;
        answer = () => new Promise((resolve) => { free = () => resolve({ items: ['old'], cursor: null }); });
        const first = endless.restart();
        answer = () => ({ items: [], cursor: null });
        await endless.restart();
        free();
        await first;
        return shown();
    """
    )

    assert ["", "", "nothing here"] == told


def test_what_stands_there_stays(part: Page) -> None:
    """Looked at again, the same answer moves nothing, and another one takes its place."""
    told = part.run(
        START
        + """
        answer = () => ({ items: ['a'], cursor: null });
        await endless.restart();
        const [before] = list.children;
        await endless.refresh();
        const same = list.children[0] === before;
        answer = () => ({ items: ['b'], cursor: null });
        await endless.refresh();
        return [same, shown()[0]];
    """
    )

    assert [True, "b"] == told
