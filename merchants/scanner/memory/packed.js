/**
 * The snapshot of handed-over booklets, packed in four arrays: 100,000 of them are one record of
 * about a megabyte, which a phone reads and searches at once. Pure: it fetches and keeps nothing.
 *
 * @typedef {{id: string, usable: boolean, spent: number[]}} Booklet  id: 12 hexadecimal digits
 * @typedef {{ids: Float64Array, usable: Uint8Array, starts: Uint32Array, numbers: Uint8Array}} Packed
 *   `ids` are sorted; the spent numbers of booklet i are `numbers[starts[i] .. starts[i + 1]]`.
 */

// An id is six bytes: below 2^48, so exact as a double.
const number = (id) => Number.parseInt(id, 16);

/** @param {Booklet[]} booklets @returns {Packed} */
export function pack(booklets) {
  const sorted = booklets
    .map(({ id, usable, spent }) => ({ id: number(id), usable, spent }))
    .sort((one, other) => one.id - other.id);
  const count = sorted.length;
  const total = sorted.reduce((sum, { spent }) => sum + spent.length, 0);
  const packed = {
    ids: new Float64Array(count),
    usable: new Uint8Array(count),
    starts: new Uint32Array(count + 1),
    numbers: new Uint8Array(total),
  };
  sorted.forEach(({ id, usable, spent }, index) => {
    packed.ids[index] = id;
    packed.usable[index] = Number(usable);
    packed.numbers.set(spent, packed.starts[index]);
    packed.starts[index + 1] = packed.starts[index] + spent.length;
  });
  return packed;
}

/** The same snapshot after a delta: each booklet of it replaces its namesake. */
export function merged(packed, delta) {
  const news = new Map(delta.map((booklet) => [number(booklet.id), booklet]));
  const kept = [...packed.ids.keys()].filter((index) => !news.has(packed.ids[index]));
  return pack([...kept.map((index) => unpacked(packed, index)), ...delta]);
}

/** What is known of a booklet, or null. @param {Packed} packed @param {string} id */
export function find(packed, id) {
  const wanted = number(id);
  let low = 0;
  let high = packed.ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (packed.ids[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return packed.ids[low] === wanted ? unpacked(packed, low) : null;
}

function unpacked({ ids, usable, starts, numbers }, index) {
  return {
    id: ids[index].toString(16).padStart(12, "0"),
    usable: usable[index] === 1,
    spent: [...numbers.subarray(starts[index], starts[index + 1])],
  };
}
