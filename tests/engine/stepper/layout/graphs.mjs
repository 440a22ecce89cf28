// Random graphs as traces, and graphs with one thing more: what a layout reads of them.

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const leaf = (name) => ({ name, op: "Leaf", symbol: "leaf", inputs: [], data: 1, grad: 1 });

/** An operation of nodes, and of numbers in lists. */
export const made = (name, op, ...from) => ({
  name, op, symbol: op === "Mul" ? "×" : op, data: -1.234e-5, grad: 0.5,
  inputs: from.map((each, slot) =>
    Array.isArray(each) ? { number: each[0] } : { node: each, slot, local: -0.25, rule: {} },
  ),
});

export const traceOf = (nodes) => ({ nodes, output: nodes.length - 1 });

/** A graph of leaves and operations of one to three inputs; all of it leads to its last node. */
export function randomGraph(seed, operations) {
  const random = randomNumbers(seed);
  const below = (count) => Math.floor(random() * count);
  const nodes = Array.from({ length: 1 + below(5) }, (_, i) => leaf(`x${i}`));
  const unused = new Set(nodes.keys());
  for (let k = 0; k < operations; k++) {
    const near = () => Math.max(below(nodes.length), below(nodes.length));
    const from = Array.from({ length: 1 + below(3) }, () => (below(9) ? near() : [2]));
    if (from.every(Array.isArray)) from.push(near());
    from.filter(Number.isInteger).forEach((each) => unused.delete(each));
    unused.add(nodes.length);
    nodes.push(made(`n${k}`, ["Mul", "tanh", "Sum"][from.length - 1], ...from));
  }
  if (unused.size > 1 || !operations) nodes.push(made("all", "Sum", ...unused));
  return traceOf(nodes);
}

/** The same graph with an operation more on one of its edges. */
export function withMore(trace, at) {
  const moved = (place) => place + Number(place >= at);
  const nodes = trace.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((each) => ("node" in each ? { ...each, node: moved(each.node) } : each)),
  }));
  const user = nodes[at];
  const edge = user.inputs.findIndex((each) => "node" in each);
  const more = made("more", "ReLU", user.inputs[edge].node);
  user.inputs[edge] = { ...user.inputs[edge], node: at };
  return traceOf(nodes.toSpliced(at, 0, more));
}

export const rectangle = ({ x, y, width, height }) => ({
  left: x - width / 2, top: y - height / 2, width, height,
});
