/**
 * The few kinds of CBOR that a pass is made of, in their one deterministic form (RFC 8949, 4.2.1).
 *
 * Whole numbers, byte strings, arrays, maps with whole-number keys, and tags; nothing else is
 * understood. The decoder is total: it gives a value or throws {@link NotCbor}, whatever the bytes.
 * It never looks at what the values mean. The twin of core/cbor.py.
 */

/** These bytes are not the deterministic form of anything we write. */
export class NotCbor extends Error {}

/** A value with a tag before it. */
export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

/** @typedef {number | Uint8Array | Value[] | Map<number, Value> | Tagged} Value */

const UNSIGNED = 0, NEGATIVE = 1, BYTES = 2, ARRAY = 4, MAP = 5, TAG = 6;
const DEEPEST = 4;

/** Arguments below this stand in the first byte; 24 to 27 say that 1, 2, 4 or 8 bytes follow. */
const IMMEDIATE = 24;
const EIGHT_BYTES = 27;

/** The smallest argument that needs 1, 2, 4 or 8 bytes: anything less has a shorter form. */
const LEAST = [24, 2 ** 8, 2 ** 16, 2 ** 32];

/**
 * The value whose only byte form is `bytes`. Numbers beyond 2**53 are refused: no pass holds one.
 * @param {Uint8Array} bytes
 * @returns {Value}
 */
export function decode(bytes) {
  const [value, end] = read(bytes, 0, 0);
  refuseIf(end !== bytes.length);
  return value;
}

/**
 * The only form of a byte string of at most 255 bytes.
 * @param {Uint8Array} bytes
 * @returns {Uint8Array}
 */
export function byteString(bytes) {
  const head = bytes.length < IMMEDIATE ? [0x40 | bytes.length] : [0x58, bytes.length];
  return Uint8Array.of(...head, ...bytes);
}

function refuseIf(wrong) {
  if (wrong) throw new NotCbor("not the deterministic form");
}

/** The value that begins at a place, and where it ends. */
function read(bytes, start, depth) {
  refuseIf(depth > DEEPEST);
  const [major, argument, at] = readHead(bytes, start);
  switch (major) {
    case UNSIGNED:
      return [argument, at];
    case NEGATIVE:
      return [-1 - argument, at];
    case BYTES:
      refuseIf(argument > bytes.length - at);
      return [bytes.subarray(at, at + argument), at + argument];
    case ARRAY:
      return readArray(bytes, at, argument, depth);
    case MAP:
      return readMap(bytes, at, argument, depth);
    case TAG: {
      const [value, end] = read(bytes, at, depth + 1);
      return [new Tagged(argument, value), end];
    }
    default:
      throw new NotCbor("a kind that no pass is made of");
  }
}

/** The kind and the argument that begin a value, and where what follows them begins. */
function readHead(bytes, start) {
  refuseIf(start >= bytes.length);
  const major = bytes[start] >> 5;
  const code = bytes[start] & 31;
  if (code < IMMEDIATE) return [major, code, start + 1];
  refuseIf(code > EIGHT_BYTES);
  const end = start + 1 + 2 ** (code - IMMEDIATE);
  refuseIf(end > bytes.length);
  const argument = bytes.subarray(start + 1, end).reduce((sum, byte) => sum * 256 + byte, 0);
  refuseIf(argument < LEAST[code - IMMEDIATE] || argument > Number.MAX_SAFE_INTEGER);
  return [major, argument, end];
}

function readArray(bytes, start, count, depth) {
  refuseIf(count > bytes.length - start);
  const items = [];
  let at = start;
  for (let left = count; left > 0; left--) {
    let item;
    [item, at] = read(bytes, at, depth + 1);
    items.push(item);
  }
  return [items, at];
}

function readMap(bytes, start, count, depth) {
  refuseIf(2 * count > bytes.length - start);
  const pairs = new Map();
  let before = new Uint8Array(0);
  let at = start;
  for (let left = count; left > 0; left--) {
    const [key, end] = read(bytes, at, depth + 1);
    const name = bytes.subarray(at, end);
    refuseIf(typeof key !== "number" || !isSorted(before, name));
    let value;
    [value, at] = read(bytes, end, depth + 1);
    pairs.set(key, value);
    before = name;
  }
  return [pairs, at];
}

/** Whether one key's bytes come strictly before another's, in the order of their bytes. */
function isSorted(one, other) {
  const place = one.findIndex((byte, i) => byte !== other[i]);
  return place < 0 ? one.length < other.length : one[place] < other[place];
}
