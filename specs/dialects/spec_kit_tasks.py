"""spec-kit's lists of tasks: `specs/<number>-<slug>/tasks.md`, with items `- [ ] T012 [P] [US1] Do it in src/x.py`.

Keys are the file's own numbers. An item with a box but no number is no task: templates end in checklists of such.
"""

import re
from collections.abc import Iterator

from specs.document import Document
from specs.requirements.filenames import paths_in
from specs.requirements.source import Source, read_source
from specs.requirements.tasks import CHECKS, TaskDraft, boxes, finish, said
from specs.requirements.values import Reading

_PLACE = re.compile(r"(?:^|.*/)([^/]+)/tasks\.md$")
_SIGN = re.compile(r"^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[^\]\[]\]\*?[ \t]+[*`]{0,2}T\d{1,6}\b", re.MULTILINE)
_NUMBER = re.compile(r"[*`]{0,2}(T\d{1,6}(?:\.\d+)*[a-z]?)\b[*`]{0,2}[:.]?[*`]{0,2}\s*(.*)")
_MARK = re.compile(r"\*{0,2}\[([^\]]{1,40})\](?!\()\*{0,2}\s*")
_STORY = re.compile(r"(?:US|Story|User Story)[ -]?0*(\d+)$", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:US\d{1,4}(?:/AC\d{1,4})?|(?:N?FR|SC)-\d{1,6}[a-z]?|[A-Z]{2,6}-0\d{2,3}[a-z]?)\b")


class SpecKitTasks:
    """Reads a feature's tasks.md: numbers, `[P]`, the story a task is for, requirements and files in its words."""

    name = "spec-kit tasks"
    title = "spec-kit list of tasks"
    positional = False
    marks = CHECKS

    def recognises(self, path: str, text: str) -> bool:
        """Say whether it is called as one is and has a numbered item with a box."""
        return bool(_PLACE.match(path) and "/openspec/" not in f"/{path}" and _SIGN.search(text))

    def read(self, path: str, document: Document) -> Reading:
        """Find the tasks; requirements there are none."""
        found = _PLACE.match(path)
        tasks, problems = finish(document, list(_drafts(read_source(document.text))), self.marks)
        return Reading(self.name, found[1] if found else path, (), problems, tasks=tasks)


def _drafts(source: Source) -> Iterator[TaskDraft]:
    for box in boxes(source):
        numbered = _NUMBER.match(box.text)
        if not numbered:
            continue
        rest = numbered[2]
        marks: list[str] = []
        while mark := _MARK.match(rest):
            marks.append(mark[1])
            rest = rest[mark.end() :]
        stories = [f"US{story[1]}" for one in marks if (story := _STORY.match(one))]
        words = " ".join((rest, *said(source, box)[1:]))
        named = (*stories, *_NAMED.findall(words))
        parallel = "P" in marks
        yield TaskDraft(box, numbered[1], rest.strip(), numbered[1], named, paths_in(words), parallel)
