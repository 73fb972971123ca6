// What one step of a database from version to version is, whichever driver takes it.

/** One step; `id` is the version of the database after it: 1, 2, 3 … */
export interface Migration {
  readonly id: number
  readonly sql: string
}
