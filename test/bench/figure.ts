/** One measured number. */
export interface Figure {
    /** What was measured, from the general to the special: `sim.devices100.deviceSecondsPerSecond`. */
    name: string
    value: number
    unit: string
}

/** What a file `*.bench.ts` exports as its default. */
export interface Benchmark {
    /** What all names of its figures begin with. */
    prefix: string
    /** What it measures and how, in a line. */
    title: string
    /** Last parts of names that are printed side by side, a line for each of what comes before them. */
    columns?: readonly string[]
    /** Its figures are counts, the same on every machine: `--accept` keeps them, and a test compares. */
    exact?: boolean
    measure(): Promise<Figure[]>
}
