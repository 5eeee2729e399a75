// What an application does with kafkajs: one line `ok NAME` or `FAIL NAME: why` for each check.
//   node checks.js HOST:PORT
const { Kafka, CompressionTypes, ConfigResourceTypes, logLevel } = require('kafkajs');
const assert = require('assert');

const kafka = new Kafka({ clientId: 'checks', brokers: [process.argv[2]], logLevel: logLevel.NOTHING, retry: { retries: 3 } });
const admin = kafka.admin();
let named = 0;
const fresh = stem => `${stem}-${process.pid}-${Date.now().toString(36)}-${named++}`;

async function topicOf(partitions, configEntries = []) {
  const topic = fresh('js');
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions, replicationFactor: 1, configEntries }], waitForLeaders: true });
  return topic;
}

async function produce(topic, messages, options = {}, producerOptions = {}) {
  const producer = kafka.producer(producerOptions);
  await producer.connect();
  const written = await producer.send({ topic, messages, ...options });
  await producer.disconnect();
  return written;
}

const highOf = async topic => (await admin.fetchTopicOffsets(topic)).map(partition => Number(partition.high));

async function rejects(promise, type) {
  const failure = await promise.then(() => null, thrown => thrown);
  assert(failure, `${type} was expected, and nothing failed`);
  const all = [failure, failure.cause, ...(failure.errors || [])].filter(Boolean).map(each => each.type || each.name);
  assert(all.includes(type), `${type} was expected, not ${all}: ${failure.message}`);
}

const checks = {
  async produce_with_each_acks_and_codec() {
    for (const acks of [0, 1, -1]) {
      for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
        const topic = await topicOf(1);
        const messages = Array.from({ length: 200 }, (_, i) => ({ key: `k${i}`, value: `value ${i}`, headers: { n: `${i}` } }));
        await produce(topic, messages, { acks, compression });
        for (let turn = 0; turn < 100 && (await highOf(topic))[0] !== 200; turn++) {
          await new Promise(wake => setTimeout(wake, 50));
        }
        assert.deepStrictEqual(await highOf(topic), [200], `acks ${acks}, codec ${compression}`);
      }
    }
  },

  async produce_tells_offsets_and_follows_keys() {
    const topic = await topicOf(4);
    const first = await produce(topic, [{ partition: 2, value: 'a' }, { partition: 2, value: 'b' }]);
    assert.deepStrictEqual(first.map(each => [each.partition, each.errorCode, each.baseOffset]), [[2, 0, '0']]);
    const second = await produce(topic, [{ partition: 2, value: null }]);
    assert.strictEqual(second[0].baseOffset, '2');
    await produce(topic, Array.from({ length: 50 }, () => ({ key: 'one', value: 'x' })));
    assert.deepStrictEqual((await highOf(topic)).filter(high => high >= 50).length, 1);
  },

  async produce_idempotently() {
    const topic = await topicOf(1);
    await produce(topic, Array.from({ length: 100 }, (_, i) => ({ value: `${i}` })), {}, { idempotent: true, maxInFlightRequests: 1 });
    assert.deepStrictEqual(await highOf(topic), [100]);
  },

  async a_message_that_is_too_large_is_refused() {
    const topic = await topicOf(1, [{ name: 'max.message.bytes', value: '1000' }]);
    await rejects(produce(topic, [{ value: 'x'.repeat(5000) }]), 'MESSAGE_TOO_LARGE');
  },

  async topics_are_made_listed_described_grown_and_deleted() {
    const topic = await topicOf(2);
    assert((await admin.listTopics()).includes(topic));
    await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] });
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    assert.strictEqual(topics[0].partitions.length, 5);
    await admin.deleteTopics({ topics: [topic] });
    assert(!(await admin.listTopics()).includes(topic));
  },

  async mistakes_have_their_errors() {
    const topic = await topicOf(1);
    assert.strictEqual(await admin.createTopics({ topics: [{ topic }] }), false);
    const create = entry => admin.createTopics({ topics: [entry] });
    await rejects(create({ topic: fresh('js'), replicationFactor: 3, numPartitions: 1 }), 'INVALID_REPLICATION_FACTOR');
    await rejects(create({ topic: 'no such/name' }), 'INVALID_TOPIC_EXCEPTION');
    await rejects(create({ topic: fresh('js'), configEntries: [{ name: 'segment.bytes', value: 'x' }] }), 'INVALID_CONFIG');
    await rejects(admin.deleteTopics({ topics: [fresh('absent')] }), 'UNKNOWN_TOPIC_OR_PARTITION');
    await rejects(admin.createPartitions({ topicPartitions: [{ topic, count: 1 }] }), 'INVALID_PARTITIONS');
  },

  async configs_are_read_and_altered() {
    const topic = await topicOf(1);
    const resource = { type: ConfigResourceTypes.TOPIC, name: topic };
    await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: [{ name: 'retention.ms', value: '12345' }] }] });
    const { resources } = await admin.describeConfigs({ resources: [{ ...resource, configNames: ['retention.ms', 'segment.bytes'] }] });
    const values = Object.fromEntries(resources[0].configEntries.map(entry => [entry.configName, entry.configValue]));
    assert.deepStrictEqual(values, { 'retention.ms': '12345', 'segment.bytes': '1073741824' });
  },

  async offsets_are_found_by_time_and_records_deleted() {
    const topic = await topicOf(1, [{ name: 'retention.ms', value: '-1' }]);
    const start = 1700000000000;
    await produce(topic, Array.from({ length: 10 }, (_, i) => ({ value: `${i}`, timestamp: `${start + i * 1000}` })));
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, start + 4500);
    assert.deepStrictEqual(found, [{ partition: 0, offset: '5' }]);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '7' }] });
    const [after] = await admin.fetchTopicOffsets(topic);
    assert.deepStrictEqual([after.low, after.high], ['7', '10']);
  },

  async the_cluster_describes_itself() {
    const cluster = await admin.describeCluster();
    assert.strictEqual(cluster.brokers.length, 1);
    assert.strictEqual(cluster.clusterId.length, 22);
    assert.strictEqual(`${cluster.brokers[0].host}:${cluster.brokers[0].port}`, process.argv[2]);
  },

  async a_group_consumes_all_and_commits() {
    const topic = await topicOf(2);
    await produce(topic, Array.from({ length: 100 }, (_, i) => ({ key: `${i}`, value: `${i}`, headers: { n: `${i}` } })), { compression: CompressionTypes.GZIP });
    const consumer = kafka.consumer({ groupId: fresh('group') });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const seen = new Set();
    await new Promise((done, fail) => {
      consumer.on(consumer.events.CRASH, event => fail(event.payload.error));
      consumer.run({
        eachMessage: async ({ message }) => {
          assert.strictEqual(`${message.headers.n}`, `${message.value}`);
          seen.add(`${message.value}`);
          if (seen.size === 100) { done(); }
        },
      }).catch(fail);
    });
    await consumer.disconnect();
    assert.strictEqual(seen.size, 100);
  },

  async transactions_commit_and_abort() {
    const [topic, group] = [await topicOf(2), fresh('group')];
    const producer = kafka.producer({ transactionalId: fresh('tx'), idempotent: true, maxInFlightRequests: 1 });
    await producer.connect();
    for (const [value, outcome] of [['a', 'commit'], ['no', 'abort'], ['b', 'commit'], ['c', 'commit']]) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value, partition: 0 }, { value, partition: 1 }] });
      await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions: [{ partition: 0, offset: `${value.charCodeAt(0)}` }] }] });
      await transaction[outcome]();
    }
    await producer.disconnect();
    const [committed] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
    assert.strictEqual(committed.partitions.find(each => each.partition === 0).offset, `${'c'.charCodeAt(0)}`);
    const consumer = kafka.consumer({ groupId: fresh('group') });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    const seen = { 0: '', 1: '' };
    await new Promise((done, fail) => {
      consumer.on(consumer.events.CRASH, event => fail(event.payload.error));
      consumer.run({
        eachMessage: async ({ partition, message }) => {
          seen[partition] += message.value;
          if (seen[0].length >= 3 && seen[1].length >= 3) { done(); }
        },
      }).catch(fail);
    });
    await consumer.disconnect();
    assert.deepStrictEqual(seen, { 0: 'abc', 1: 'abc' });
  },
};

(async () => {
  let failed = 0;
  await admin.connect();
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check();
      console.log(`ok ${name}`);
    } catch (failure) {
      failed++;
      console.log(`FAIL ${name}: ${failure.message.replace(/\n/g, ' ')}`);
    }
  }
  await admin.disconnect();
  process.exit(failed ? 1 : 0);
})();
