/**
 * A verifier key as eight words, to be compared by telephone or from paper: SPEC §6 leaves to people how they get the key, and base64 is misread.
 *
 *   H(vkey, the text)[0:8]   9f 3f 22 …           byte b → word b of the list
 *                            lily chalk bench …   64 bits: another key of the same words is one in 2^64
 *
 * The list is ours: 256 English words of 3 to 8 letters in the order of the alphabet, no two with the same first four letters. It never changes.
 */
import { sha256 } from './sha256';

export const FINGERPRINT_WORDS: readonly string[] = `
  acid acorn actor adult agent alarm album alley almond amber anchor angle ankle apple apron arch
  arena argue armour arrow atlas aunt autumn axle bacon badge baker bamboo banjo barrel basin beach
  beetle bell bench berry bicycle birch bishop bison blanket blossom blue boat bonnet bottle bread brick
  bronze brush bucket buffalo bugle butter cabin cactus camel candle canoe carbon castle cedar cellar chalk
  cherry chimney circle clay cliff clover cobra coffee comet copper coral cotton cradle crow crystal cube
  daisy dawn deer delta denim desert diamond dinner dolphin donkey dragon drum eagle earth easel echo
  elbow elder ember engine fabric falcon feather fern fiddle finger flame flute forest fossil fox frost
  galaxy garden garlic gecko ginger glacier globe goblet goose grape guitar hammer harbour hawk hazel hedge
  helmet heron hickory honey hornet hotel husky igloo indigo ink iris island ivory jacket jaguar jasmine
  jelly jewel jungle kayak kernel kettle kite kitten koala ladder lagoon lantern lark lemon lentil lily
  linen lion lizard lobster lotus lumber magnet mango maple marble meadow melon mercury mint mirror monkey
  moose mosaic muffin mustard napkin nebula needle nest nickel noodle nutmeg oasis oboe ocean olive onion
  orbit orchid otter owl oyster paddle palace panda parrot pearl pebble pencil pepper piano pigeon planet
  plum pocket pony poppy potato prism puffin pumpkin puzzle quartz quilt rabbit radar raft rainbow raven
  ribbon river robin rocket rose ruby saddle salmon sand sapphire shadow silver sketch snow spider spoon
  squid stone summer swan table tiger timber tulip tunnel turtle umbrella valley velvet violin walnut zebra
`
  .trim()
  .split(/\s+/);

/** Eight words, separated by single spaces. */
export const vkeyWords = (vkey: string): string => [...sha256(vkey).subarray(0, 8)].map((byte) => FINGERPRINT_WORDS[byte]).join(' ');
