export default function Page() {
  return <p>Uncrash</p>;
}
