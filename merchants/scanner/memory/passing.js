/**
 * A memory that lasts as long as the page: the same promises as `db.js`, on plain objects.
 *
 * For training mode, which must leave nothing behind and can never touch the real queue. It is
 * never used for real passes.
 */

import { STORES } from "./db.js";

/** @returns {import("./db.js").Database} */
export function passingDatabase() {
  let rows = Object.fromEntries(Object.keys(STORES).map((name) => [name, new Map()]));
  let turn = Promise.resolve();

  async function run(work) {
    const copies = Object.fromEntries(
      Object.entries(rows).map(([name, kept]) => [name, new Map(kept)]),
    );
    const result = await work((name) => store(copies[name], STORES[name]));
    rows = copies;
    return result;
  }

  function inTurn(_names, work) {
    const done = turn.then(() => run(work));
    turn = done.catch(() => {});
    return done;
  }

  return { read: inTurn, write: inTurn, close: () => {} };
}

function store(kept, keyPath) {
  return {
    get: async (key) => kept.get(key),
    all: async () => [...kept.values()],
    put: async (row) => void kept.set(row[keyPath], row),
    add: async (row) => {
      if (kept.has(row[keyPath])) throw new DOMException("it exists already", "ConstraintError");
      kept.set(row[keyPath], row);
    },
    remove: async (key) => void kept.delete(key),
  };
}
