import type { SignedGrant } from "./grant"

/** An update that is under way: what the same command needs to finish it, wherever it was interrupted. */
export interface Course {
    /** The program that the command is about: SHA-256 in lowercase hex. */
    update: string
    /** Where it is going: to that program, or back to the last good one. */
    direction: "forward" | "back"
    /**
     * What the device has granted, newest first. While a program is written the device has none, and cannot be asked again what may be
     * installed: whoever goes on after an interruption finds it here.
     */
    grants: readonly SignedGrant[]
    /** The package to go back to, where one is known. */
    lastGood: Buffer | undefined
    /** Why it goes back. */
    failure: string | undefined
}

/** What is wrong with what is kept of a course. */
export type CourseFault =
    /** It cannot be read, or is not what a journal writes. */
    | "journalDamaged"
    /** It was kept of another chip. */
    | "journalOfAnotherUnit"

/** What a host remembers of each chip that it updates. */
export interface UpdateJournal {
    /** @returns undefined if nothing is under way */
    course(chip: string): Course | CourseFault | undefined
    keepCourse(chip: string, course: Course): void
    /** The package that was confirmed last, its signatures checked: what to go back to if the next one fails. It may be damaged. */
    lastGood(chip: string): Buffer | undefined
    keepLastGood(chip: string, packageBytes: Buffer): void
    /** The trust policy that was brought last, encoded. It may be damaged. */
    policy(chip: string): Buffer | undefined
    keepPolicy(chip: string, policy: Buffer): void
    /** Nothing is under way any more. */
    endCourse(chip: string): void
}

/** For as long as the process lives. */
export class MemoryJournal implements UpdateJournal {
    readonly #courses = new Map<string, Course>()
    readonly #packages = new Map<string, Buffer>()
    readonly #policies = new Map<string, Buffer>()

    course(chip: string): Course | undefined {
        return this.#courses.get(chip)
    }

    keepCourse(chip: string, course: Course): void {
        this.#courses.set(chip, course)
    }

    lastGood(chip: string): Buffer | undefined {
        return this.#packages.get(chip)
    }

    keepLastGood(chip: string, packageBytes: Buffer): void {
        this.#packages.set(chip, packageBytes)
    }

    policy(chip: string): Buffer | undefined {
        return this.#policies.get(chip)
    }

    keepPolicy(chip: string, policy: Buffer): void {
        this.#policies.set(chip, policy)
    }

    endCourse(chip: string): void {
        this.#courses.delete(chip)
    }
}
