/** What bundles and reports name as their maker; a test holds it to package.json. */
export const SOFTWARE = 'Indelible 0.1.0';
