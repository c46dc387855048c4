import * as ds from "@devicescript/core"
import "./io/pins"

/** Time between two edges of the heartbeat, in milliseconds. The board's dead-man circuit waits 500 ms for the next one. */
export const BEAT_MS = 50

/** Work that must go on. Whoever does it says so at least every few beats. */
export class Activity {
    progressed = false

    progress(): void {
        this.progressed = true
    }
}

/**
 * Feeds the board's dead-man circuit. The line changes only if every activity has made progress since it changed last; as soon as one of
 * them stops, or the program or the whole runtime does, the circuit takes the dangerous outputs their supply away. The line is written
 * through the GPIO API and by nothing else: a C server would beat on after the program's death.
 */
export class Supervisor {
    private readonly line: ds.OutputPin
    private readonly activities: Activity[] = []
    private high = false

    constructor(line: ds.OutputPin) {
        this.line = line
        line.setMode(ds.GPIOMode.OutputLow)
    }

    supervise(): Activity {
        const activity = new Activity()
        this.activities.push(activity)
        return activity
    }

    /** Runs for ever. */
    async run(): Promise<void> {
        while (true) {
            this.beat()
            await ds.sleep(BEAT_MS)
        }
    }

    private beat(): void {
        for (const activity of this.activities) if (!activity.progressed) return
        for (const activity of this.activities) activity.progressed = false
        this.high = !this.high
        this.line.setMode(this.high ? ds.GPIOMode.OutputHigh : ds.GPIOMode.OutputLow)
    }
}
