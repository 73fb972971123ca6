// A node enters, the selection as it looks from there leaves: within a shadow root the document's own ends at the host.

/** What Chromium has beside the standard; elsewhere the document's selection reaches into shadow roots, or can be read no deeper. */
interface SelectingRoot {
  getSelection?(): Selection | null
}

/** The selection in the tree of `node`. */
export function selectionIn(node: Node | null): Selection | null {
  const root: (Node & SelectingRoot) | undefined = node?.getRootNode()
  return root?.getSelection ? root.getSelection() : document.getSelection()
}
