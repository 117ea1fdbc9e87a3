// What the slash menu puts in. Fields of a snippet are walked with Tab; their words are what stands there until then.

/** Make the fields of a kind's example: each value on a key's line is one. */
export function fieldsOf(example) {
  return example.replace(/^([\w-]+: )(.+)$/gm, (line, key, value) =>
    key === "kind: " ? line : `${key}\${${value.replace(/[{}]/g, "\\$&")}}`,
  );
}

export const invariant = (kind) => `\`\`\`yaml invariant\n${fieldsOf(kind.example)}\`\`\`\n\${}`;

export const TEMPLATES = [
  { label: "requirement", detail: "a section with a key and a scenario", text: "### Requirement: ${Name}\n\nThe ${system} SHALL ${do this}.\n\n#### Scenario: ${usual case}\n\n- **WHEN** ${something happens}\n- **THEN** ${this follows}\n${}" },
  { label: "requirement-item", detail: "a list item with a key", text: "- **${FR-001}**: ${The system} MUST ${do this}.\n${}" },
  { label: "decision", detail: "an architecture decision record", text: "# ${Title of the decision}\n\n## Status\n\n${Proposed}\n\n## Context\n\n${What forces are at work}\n\n## Decision\n\nWe will ${do this}.\n\n## Consequences\n\n${What becomes easier, and what harder}\n${}" },
  { label: "section", detail: "a heading with a stable address", text: "## ${Title} {#${address}}\n\n${}" },
  { label: "table", detail: "two columns", text: "| ${name} | ${value} |\n| --- | --- |\n| ${one} | ${1} |\n${}" },
  { label: "diagram", detail: "Mermaid", text: "```mermaid\nflowchart LR\n  ${a}[${First}] --> ${b}[${Second}]\n```\n${}" },
  { label: "image", detail: "a file of the repository", text: "![${what it shows}](${docs/picture.png})${}" },
  { label: "link", detail: "to a spec or section", text: "[${words}](${spec.md})${}" },
  { label: "tasks", detail: "a list to tick off", text: "- [ ] ${first}\n- [ ] ${second}\n${}" },
  { label: "front-matter", first: true, detail: "title, status, owners, covers", text: "---\ntitle: ${Title}\nstatus: ${draft}\nowners: [${team}]\ncovers: [\"${src/**}\"]\n---\n${}" },
].map((one) => ({ ...one, text: one.text.replaceAll("{#${address}}", "\\{#${address}\\}") }));
