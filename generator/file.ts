/** Text at a path, at both ends of the generator. Paths are relative, with `/`, on every system. */
export type File = { readonly path: string; readonly text: string };
