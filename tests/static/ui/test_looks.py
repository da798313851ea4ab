"""What a page asks for again and again."""

from __future__ import annotations

from tests.static.conftest import Page

START = """
    const { mountLooks } = await load('ui/looks');
    const { FanfareError } = await load('net/http');
    const [waiting, shown, said] = [[], [], []];
    const looks = mountLooks({
      load: () => new Promise((answer, fail) => { waiting.push({ answer, fail }); }),
      show: (found) => shown.push(found),
      everyMs: () => 10,
      onProblem: (words) => said.push(words),
      say: (key) => key,
    });
"""


def test_a_slow_answer_is_not_shown_over_a_newer_one(part: Page) -> None:
    """Neither over the answer to a later question, nor over what an act was answered; nor is its failure told."""
    told = part.run(
        START
        + """
        const asked = [looks.look(), looks.look(), looks.look()];
        waiting[1].answer('second');
        await asked[1];
        looks.take('of an act');
        waiting[2].answer('third');
        waiting[0].fail(new FanfareError({}));
        await Promise.all(asked);
        return [shown, said];
    """
    )

    assert [["of an act"], []] == told


def test_it_goes_on_and_says_a_problem_once(part: Page) -> None:
    """It asks again after each answer, or none; a problem is said anew only after it has gone well in between."""
    told = part.run(
        START
        + """
        looks.take('first');
        looks.start();
        const outcomes = ['fail', 'fail', 'answer', 'fail'];
        for (const [i, outcome] of outcomes.entries()) {
          await until(() => waiting.length > i);
          waiting[i][outcome](outcome === 'fail' ? new FanfareError({}) : i);
        }
        await until(() => waiting.length > outcomes.length);
        return [shown, said];
    """
    )

    assert [["first", 2], ["problem_away", "problem_away"]] == told
