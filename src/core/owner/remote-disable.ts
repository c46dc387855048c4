import type { Store } from "../ports"
import { StoredNumber } from "../store/stored-number"
import { Action, may, type Place, type Role } from "./rights"

/** Record of the owner's wish that the device do nothing. */
export const DISABLED = "disabled"

/** The owner's switch: off from wherever the owner is, on again only at the device. It is `Cause.Owner` while it is off. */
export class RemoteDisable {
    private readonly wish: StoredNumber

    constructor(store: Store) {
        this.wish = new StoredNumber(store, DISABLED)
    }

    /** @throws StoreError */
    async load(): Promise<void> {
        await this.wish.load()
    }

    disabled(): boolean {
        return this.wish.value !== 0
    }

    /** @returns whether whoever asked may; nothing changes otherwise. @throws StoreError; then nothing has changed */
    async set(disabled: boolean, role: Role | undefined, place: Place): Promise<boolean> {
        if (!may(role, disabled ? Action.Disable : Action.Enable, place)) return false
        await this.wish.save(disabled ? 1 : 0)
        return true
    }
}
