import * as ds from "@devicescript/core"
import "./io/pins"

/** Time between two edges of the heartbeat, in milliseconds. The board's dead-man circuit waits 500 ms for the next one. */
export const BEAT_MS = 50

/** Work that must go on. Whoever does it says so at least every few beats. */
export class Activity {
    private readonly supervisor: Supervisor
    /** Level of the heartbeat when it made progress last. Once all have since the line changed, it changes again. */
    private at: boolean | undefined

    constructor(supervisor: Supervisor) {
        this.supervisor = supervisor
    }

    progress(): void {
        const { supervisor } = this
        if (this.at === supervisor.high) return
        this.at = supervisor.high
        supervisor.awaited--
    }
}

/**
 * Feeds the board's dead-man circuit. The line changes only if every activity has made progress since it changed last; as soon as one of
 * them stops, or the program or the whole runtime does, the circuit takes the dangerous outputs their supply away. The line is written
 * through the GPIO API and by nothing else: a C server would beat on after the program's death.
 */
export class Supervisor {
    /** Level of the line. */
    high = false
    /** Activities that have made no progress since it changed last. */
    awaited = 0
    private readonly line: ds.OutputPin
    private activities = 0

    constructor(line: ds.OutputPin) {
        this.line = line
        line.setMode(ds.GPIOMode.OutputLow)
    }

    supervise(): Activity {
        this.activities++
        this.awaited++
        return new Activity(this)
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        while (true) {
            this.beat()
            await ds.sleep(BEAT_MS)
        }
    }

    private beat(): void {
        if (this.awaited > 0) return
        this.awaited = this.activities
        this.high = !this.high
        this.line.setMode(this.high ? ds.GPIOMode.OutputHigh : ds.GPIOMode.OutputLow)
    }
}
