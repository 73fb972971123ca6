// What the reader and the stream do enters, whether the view follows the newest line leaves. Pure; while it does not follow, nothing but the reader moves the rows.

/**
 * `FOLLOWING` keeps the newest line in view. `READING`: the reader went elsewhere. `PAUSED`: the reader pressed Pause; only
 * an explicit wish ends it. `SELECTING`: text is selected, which moving rows would destroy.
 */
export type FollowMode = 'FOLLOWING' | 'READING' | 'PAUSED' | 'SELECTING'

/** The mode, and what arrived since following ended. */
export interface FollowState {
  readonly mode: FollowMode
  readonly newLines: number
  readonly newErrors: number
}

/** Everything that can happen to a viewer. */
export type FollowEvent =
  | { readonly type: 'lines_arrived'; readonly lines: number; readonly errors: number }
  /** The reader scrolled towards older lines: wheel, touch, scrollbar or keys. */
  | { readonly type: 'scrolled_up' }
  /** The reader scrolled to the last line. */
  | { readonly type: 'reached_end' }
  /** Home, a search hit, a link to a line, opened details. */
  | { readonly type: 'jumped_away' }
  /** End, or the pill. */
  | { readonly type: 'jumped_to_end' }
  | { readonly type: 'paused' }
  | { readonly type: 'resumed' }
  | { readonly type: 'selection_started' }
  | { readonly type: 'selection_cleared' }
  /** Another execution, or a wiped store. */
  | { readonly type: 'reset' }

/** How a viewer begins. */
export const FOLLOWING: FollowState = { mode: 'FOLLOWING', newLines: 0, newErrors: 0 }

type Transition = Exclude<FollowEvent['type'], 'lines_arrived'>

/** Where each event leads from each mode; what is not listed changes nothing. */
const TRANSITIONS: { readonly [M in FollowMode]: { readonly [E in Transition]?: FollowMode } } = {
  FOLLOWING: {
    scrolled_up: 'READING',
    jumped_away: 'READING',
    paused: 'PAUSED',
    selection_started: 'SELECTING',
  },
  READING: {
    reached_end: 'FOLLOWING',
    jumped_to_end: 'FOLLOWING',
    resumed: 'FOLLOWING',
    paused: 'PAUSED',
    selection_started: 'SELECTING',
    reset: 'FOLLOWING',
  },
  PAUSED: {
    jumped_to_end: 'FOLLOWING',
    resumed: 'FOLLOWING',
    reset: 'FOLLOWING',
  },
  SELECTING: {
    // Not back to FOLLOWING: letting go of a selection must not carry the reader away.
    selection_cleared: 'READING',
    jumped_away: 'READING',
    jumped_to_end: 'FOLLOWING',
    resumed: 'FOLLOWING',
    paused: 'PAUSED',
    reset: 'FOLLOWING',
  },
}

/** The state after an event; the same object where nothing changed. */
export function nextFollowState(state: FollowState, event: FollowEvent): FollowState {
  if (event.type === 'lines_arrived') {
    if (state.mode === 'FOLLOWING' || event.lines === 0) return state
    return { ...state, newLines: state.newLines + event.lines, newErrors: state.newErrors + event.errors }
  }
  const mode = TRANSITIONS[state.mode][event.type]
  if (mode === undefined) return state
  return mode === 'FOLLOWING' ? FOLLOWING : { ...state, mode }
}
