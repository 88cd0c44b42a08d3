export default function Home() {
  return <main>Indelible</main>;
}
