// Word-level differences of two passages, as nodes: <del> on the left, <ins> on the right.
import { presentableDiff } from "@codemirror/merge";
import { h } from "../app/dom.js";

export function marked(left, right) {
  const a = [];
  const b = [];
  let atA = 0;
  let atB = 0;
  for (const { fromA, toA, fromB, toB } of presentableDiff(left, right, { scanLimit: 500 })) {
    a.push(left.slice(atA, fromA));
    b.push(right.slice(atB, fromB));
    if (toA > fromA) a.push(h("del", {}, left.slice(fromA, toA)));
    if (toB > fromB) b.push(h("ins", {}, right.slice(fromB, toB)));
    atA = toA;
    atB = toB;
  }
  a.push(left.slice(atA));
  b.push(right.slice(atB));
  return [left ? a : ["(nothing)"], right ? b : ["(nothing)"]];
}
