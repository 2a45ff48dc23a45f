/**
 * What the phone remembers, kept in IndexedDB: its stores, and one promise for each transaction.
 *
 * A change is promised only once the browser says that it reached the disk. This module knows
 * nothing of what it keeps, and never deletes by itself.
 *
 * @typedef {{get: (key: string) => Promise<any>, all: () => Promise<any[]>,
 *   put: (row: object) => Promise<void>, add: (row: object) => Promise<void>,
 *   remove: (key: string) => Promise<void>}} Store
 * @typedef {(name: string) => Store} Stores
 * @typedef {{read: <T>(names: string[], work: (store: Stores) => Promise<T>) => Promise<T>,
 *   write: <T>(names: string[], work: (store: Stores) => Promise<T>) => Promise<T>,
 *   close: () => void}} Database
 */

/** The stores and the field that names a row in each. A new one needs a new version. */
export const STORES = { keys: "name", facts: "name", queue: "scanId", journal: "id" };

const VERSION = 1;

/** The browser cannot keep anything: a private window, no room left, or a setting. */
export class NoStorage extends Error {
  name = "NoStorage";
}

/**
 * The database of this name. It is opened at the first use, and again after the browser closed it
 * (another tab brought a newer version, or the user cleared the site's data).
 *
 * Inside `work`, await nothing but the store's own promises: a transaction ends when it has nothing
 * to do. Work that throws changes nothing.
 *
 * @param {string} [name]
 * @param {IDBFactory} [factory]
 * @returns {Database}
 */
export function database(name = "scanner", factory = globalThis.indexedDB) {
  let opening = null;

  function opened() {
    opening ??= open(name, factory).then(
      (connection) => {
        const forget = () => (opening = null);
        connection.onclose = forget;
        connection.onversionchange = () => {
          connection.close();
          forget();
        };
        return connection;
      },
      (error) => {
        opening = null;
        throw error;
      },
    );
    return opening;
  }

  return {
    read: async (names, work) => run(await opened(), "readonly", names, work),
    write: async (names, work) => run(await opened(), "readwrite", names, work),
    close: () => opening?.then((connection) => connection.close(), () => {}),
  };
}

function open(name, factory) {
  if (!factory) return Promise.reject(new NoStorage("this browser has no IndexedDB"));
  return new Promise((resolve, reject) => {
    const request = factory.open(name, VERSION);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) {
        request.result.createObjectStore(store, { keyPath });
      }
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new NoStorage(String(request.error)));
  });
}

function run(connection, mode, names, work) {
  return new Promise((resolve, reject) => {
    // "strict": written means written, also when the phone's battery falls out a moment later.
    const transaction = connection.transaction(names, mode, { durability: "strict" });
    let result;
    let failure;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => reject(storageError(failure ?? transaction.error));
    const store = (name) => wrapped(transaction.objectStore(name));
    // Inside a promise at once: what throws before it has one also ends the transaction.
    (async () => work(store))().then(
      (value) => (result = value),
      (error) => {
        failure = error;
        abort(transaction);
      },
    );
  });
}

function abort(transaction) {
  try {
    transaction.abort();
  } catch {
    // A request that failed has ended it already.
  }
}

function storageError(error) {
  return error?.name === "QuotaExceededError" ? new NoStorage(error.message) : error;
}

function wrapped(store) {
  return {
    get: (key) => promised(store.get(key)),
    all: () => promised(store.getAll()),
    put: (row) => promised(store.put(row)),
    add: (row) => promised(store.add(row)),
    remove: (key) => promised(store.delete(key)),
  };
}

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Ask the browser to keep the data of this site when room is short, without waiting for a person's
 * answer: some browsers never give one.
 *
 * @returns {Promise<boolean|null>} null where browsers do not know the question
 */
export async function askToStay() {
  const storage = globalThis.navigator?.storage;
  return storage?.persist ? storage.persist() : null;
}
