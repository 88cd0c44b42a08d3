// `next build` as a child that ends with its parent, also when that is killed: a build that goes on alone would write into the next one's folder.
process.on('disconnect', () => process.exit(1));
process.argv = [process.argv[0], 'next', 'build'];
await import('next/dist/bin/next');
