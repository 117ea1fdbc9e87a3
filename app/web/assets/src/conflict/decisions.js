// What was chosen for each place, and the way back. Values only, no page.
const SAME_STEP = 1200;

const same = (a, b) => a.take === b.take && a.own === b.own;

export class Decisions {
  /** `initial` are pairs of a place and `{take, own}`; an empty `take` is no choice. */
  constructor(initial) {
    this.now = new Map(initial);
    this.past = [];
    this.future = [];
  }

  of(place) {
    return this.now.get(place) ?? { take: "", own: "" };
  }

  get left() {
    return [...this.now.values()].filter((one) => !one.take).length;
  }

  /** Choose; says whether that changed anything. Words typed in one go are one step back. */
  choose(place, take, own = this.of(place).own, at = Date.now()) {
    const before = this.of(place);
    const after = { take, own };
    if (same(before, after)) return false;
    const last = this.past.at(-1);
    const typing = take === "own" && before.take === "own" && last?.place === place && at - last.at < SAME_STEP;
    if (typing) last.at = at;
    else this.past.push({ place, choice: before, at });
    this.future = [];
    this.now.set(place, after);
    return true;
  }

  /** Take the last step back; gives its place. */
  undo() {
    return this.step(this.past, this.future);
  }

  /** Make the step again that was taken back last. */
  redo() {
    return this.step(this.future, this.past);
  }

  step(from, to) {
    const step = from.pop();
    if (!step) return null;
    to.push({ place: step.place, choice: this.of(step.place), at: 0 });
    this.now.set(step.place, step.choice);
    return step.place;
  }
}
