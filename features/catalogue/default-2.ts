import { default1 } from './default-1';

/** Catalogue `default-2`: `default-1`, and those of the product's own acts that it did not know. */
export const default2 = `${default1}
verification.started              audit.read
resource.verified                 audit.read
guard.adopted                     audit.config          *
`;
