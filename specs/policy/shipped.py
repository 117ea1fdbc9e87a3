"""The policy that is in force until a project writes its own: a spec like any other, read by the same reader.

A project's policy with the id of one of these takes its place; all others stay.
"""

from dataclasses import replace
from functools import cache

from specs.parser import parse
from specs.policy.change import Side
from specs.rules.policy import Origin, Policy
from specs.rules.reading import read_policy

TEXT = """\
---
title: How changes become the truth
status: active
---
# How changes become the truth

Agents propose, policy validates, people decide where policy says so. Of all rules that apply, the most restrictive
wins; where none applies, one reviewer decides. A policy of your own with the same id takes the place of one of these.

## People

A person who may write here may say what the system is to do, and is on record as having said so.

```yaml policy
id: people-write
event: proposal
when: author_kind == "human"
then: allow
why: A person who may edit says what is wanted; every word keeps its author.
examples:
  - {facts: {author_kind: human, normative_statements: 3}, expect: allow}
  - {facts: {author_kind: agent}, expect: nothing}
```

## Agents

Agents may mend wording. What binds the system, they propose.

```yaml policy
id: agents-word
event: proposal
when: |
  author_kind != "human" && repository == "" && words_added + words_removed <= 200
    && normative_statements == 0 && size(invariants) == 0 && policies_touched == 0 && header_changes == 0
    && specs_retired == 0 && specs_restored == 0 && specs_renamed == 0
then: allow
why: Small changes of wording bind nothing, and stay marked as inferred until a person confirms them.
examples:
  - {facts: {author_kind: agent, words_added: 12, words_removed: 9}, expect: allow}
  - {facts: {author_kind: agent, words_added: 300}, expect: nothing}
  - {facts: {author_kind: agent, words_added: 2, normative_statements: 1}, expect: nothing}
```

```yaml policy
id: agents-bind
event: proposal
when: |
  author_kind != "human" && repository == "" && !task_artifacts
    && (normative_statements > 0 || size(invariants) > 0 || policies_touched > 0 || header_changes > 0)
then: review 1 from reviewer
why: What must hold, what is checked and what speaks for a spec is for a person to decide.
examples:
  - {facts: {author_kind: agent, normative_statements: 1}, expect: review 1 from reviewer}
  - {facts: {author_kind: agent, invariants: [payments-layers]}, expect: review 1 from reviewer}
  - {facts: {author_kind: human, normative_statements: 1}, expect: nothing}
```

```yaml policy
id: agents-large
event: proposal
when: |
  author_kind != "human" && repository == "" && !task_artifacts && (words_added + words_removed > 200
    || specs_retired + specs_restored + specs_renamed > 0)
then: review 1 from reviewer
why: Nobody notices what a large change hides, and a retired spec takes all it says with it.
examples:
  - {facts: {author_kind: agent, words_removed: 201}, expect: review 1 from reviewer}
  - {facts: {author_kind: agent, specs_retired: 1}, expect: review 1 from reviewer}
  - {facts: {author_kind: agent, words_added: 200}, expect: nothing}
```

```yaml policy
id: task-artifacts
event: proposal
when: task_artifacts
then: allow
why: A draft in the folder of its task binds nothing; people read it when the phase is finished.
examples:
  - {facts: {author_kind: agent, task_artifacts: true, normative_statements: 9, words_added: 900}, expect: allow}
  - {facts: {author_kind: agent}, expect: nothing}
```

## Context

Whoever works on a task is told what bears on it before they act; what an agent does without that, a person looks at.

```yaml policy
id: agents-know
event: [proposal, check]
when: |
  author_kind == "agent" && repository == "" && task_phase != ""
    && (!context_served || context_age > duration("4h"))
then: review 1 from reviewer
why: The agent did not ask for the context of its task, or did so too long ago to know what holds now.
examples:
  - {facts: {author_kind: agent, task_phase: implement}, expect: review 1}
  - {facts: {author_kind: agent, task_phase: plan, context_served: true, context_age: 5h}, expect: review 1}
  - {facts: {author_kind: agent, task_phase: plan, context_served: true, context_age: 5m}, expect: nothing}
  - {facts: {author_kind: agent}, expect: nothing}
```

## Commits

What arrives by git was reviewed where it comes from, or not; either way it stays inferred until a person confirms it.
Whoever wants agents' commits reviewed here too says so in a policy of their own.

```yaml policy
id: git-arrives
event: proposal
when: repository != ""
then: allow
why: The repository has its own reviews, and what it brings binds nobody before a person confirms it.
examples:
  - {facts: {repository: payments, author_kind: agent, normative_statements: 1}, expect: allow}
  - {facts: {author_kind: agent}, expect: nothing}
```

## Policies

Whoever could change these rules alone would not be bound by them.

```yaml policy
id: policies-need-two
event: proposal
when: policies_touched > 0
then: review 2 from reviewer
why: A policy that one person can loosen alone binds nobody.
examples:
  - {facts: {author_kind: human, policies_touched: 1}, expect: review 2 from reviewer}
  - {facts: {author_kind: human, words_added: 1}, expect: nothing}
```

## Checks

What continuous integration finds out is decided on too: a later step may ask for the decision.

```yaml policy
id: checks-kept
event: check
when: verdict == "kept"
then: allow
why: The change introduces no error.
examples:
  - {facts: {verdict: kept, findings_opened: 2}, expect: allow}
  - {facts: {verdict: broken}, expect: nothing}
```

```yaml policy
id: checks-broken
event: check
when: verdict == "broken"
then: deny
why: The change introduces an error; mend it, or have the intent changed first.
examples:
  - {facts: {verdict: broken, findings_opened: 1}, expect: deny}
  - {facts: {verdict: kept}, expect: nothing}
```

```yaml policy
id: checks-weaker
event: check
when: weakenings > 0
then: review 1 from reviewer
why: The change makes the check ask less, by its settings, its lock or its specs; somebody looks at that first.
examples:
  - {facts: {verdict: kept, weakenings: 1}, expect: review 1 from reviewer}
  - {facts: {verdict: kept}, expect: nothing}
```

## Tasks

Agents take on tasks and go on by themselves where nothing binds yet. People read a plan before it is carried out, and
look at work whose checks have not passed.

```yaml policy
id: tasks-go
event: task
when: task_step != "pass" || author_kind == "human" || task_phase == "research" || task_phase == "free"
then: allow
why: Whoever may write may take on work; research binds nothing, and what people finish is finished.
examples:
  - {facts: {author_kind: agent, task_step: claim}, expect: allow}
  - {facts: {author_kind: agent, task_step: pass, task_phase: research}, expect: allow}
  - {facts: {author_kind: agent, task_step: pass, task_phase: plan}, expect: nothing}
```

```yaml policy
id: tasks-plan
event: task
when: author_kind != "human" && task_step == "pass" && task_phase == "plan"
then: review 1 from reviewer
why: A plan is cheaper to mend than what was built after it.
examples:
  - {facts: {author_kind: agent, task_step: pass, task_phase: plan}, expect: review 1 from reviewer}
  - {facts: {author_kind: agent, task_step: claim, task_phase: plan}, expect: nothing}
```

```yaml policy
id: tasks-implement
event: task
when: author_kind != "human" && task_step == "pass" && task_phase == "implement" && checks == "passed"
then: allow
why: The check of the change passed.
examples:
  - {facts: {author_kind: agent, task_step: pass, task_phase: implement, checks: passed}, expect: allow}
  - {facts: {author_kind: agent, task_step: pass, task_phase: implement}, expect: nothing}
```

```yaml policy
id: tasks-cost
event: task
when: author_kind != "human" && (cost > 50.0 || tokens > 20000000)
then: deny
why: The task cost more than anyone expected when it was given; somebody looks at it first.
examples:
  - {facts: {author_kind: agent, task_step: spend, cost: 50.5}, expect: deny}
  - {facts: {author_kind: agent, task_step: spend, cost: 49.5}, expect: nothing}
```

## When agents fail

An agent that fails again and again stops, and people are told. People are never frozen.

```yaml policy
id: failing-agents-stop
event: [proposal, check]
when: author_kind != "human" && (consecutive_failures >= 5 || failures_in_hour >= 10)
then: [deny, freeze 1h, notify reviewer]
why: It failed five times in a row, or ten times within an hour; more tries of the same kind help nobody.
examples:
  - {facts: {author_kind: agent, consecutive_failures: 5}, expect: [deny, freeze 1h, notify reviewer]}
  - {facts: {author_kind: agent, consecutive_failures: 4}, expect: nothing}
  - {facts: {author_kind: human, consecutive_failures: 50}, expect: nothing}
```
"""


@cache
def shipped() -> tuple[Policy, ...]:
    """Give the shipped policies."""
    return policies_of(Side("", TEXT))


def policies_of(side: Side, revision: str = "") -> tuple[Policy, ...]:
    """Give the policies that a spec puts in force, broken ones included; none for one that is draft or retired."""
    document = parse(side.text)
    if side.retired or document.front_matter.status != "active":
        return ()
    read = [read_policy(block).policy for block in document.policies]
    return tuple(replace(one, origin=Origin(side.path, revision, one.origin.line)) for one in read)


def in_force(own: tuple[Policy, ...]) -> tuple[Policy, ...]:
    """Join a project's policies with the shipped ones whose place they do not take; a broken one takes none."""
    replaced = {policy.id for policy in own if not policy.broken}
    return (*own, *(policy for policy in shipped() if policy.id not in replaced))
