import { default2 } from './default-2';

/** Catalogue `default-3`: `default-2`, and the rebuilding of tiles. */
export const default3 = `${default2}
tiles.rebuilt                     audit.config          *
`;
