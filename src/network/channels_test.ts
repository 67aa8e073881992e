import assert from "node:assert/strict";
import { Topic } from "../consensus/mod.ts";
import { CLASSES, orderOf, orderOfTopic } from "./channels.ts";

Deno.test("votes go before announcements, these before batches, and blocks after them", () => {
  const [votes, announcements, batches] = CLASSES.map(orderOf);
  assert.ok(votes! > announcements! && announcements! > batches!);
  assert.equal(orderOfTopic(Topic.batch), batches);
  assert.ok(orderOfTopic(Topic.block) < batches!);
  assert.ok(orderOfTopic("snapshot") < orderOfTopic(Topic.block));
  for (const small of [Topic.status, "ping", "what nobody knows"]) {
    assert.equal(orderOfTopic(small), announcements);
  }
});

Deno.test("every question that has a large answer waits for what is smaller", () => {
  for (const topic of Object.values(Topic)) {
    const isSmall = topic === Topic.status || topic === Topic.greeting;
    assert.equal(orderOfTopic(topic) < orderOf(1), !isSmall, topic);
  }
});
