using System.Text;
using Millrace.Broker.Tests.Groups;
using Millrace.Broker.Tests.Live;
using Millrace.Protocol;
using Millrace.Protocol.Messages;
using static Millrace.Broker.Tests.Transactions.TransactionSteps;

namespace Millrace.Broker.Tests.Transactions;

/// <summary>Each API asks for the rights that Kafka asks for.</summary>
public sealed class TransactionAuthorizationTests : IAuthorizer
{
    private readonly HashSet<(AclOperation, AclResourceType, string)> denied = [];

    [Fact]
    public void Without_the_right_to_write_an_id_cannot_be_used()
    {
        using GroupRig rig = new(this);
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start();
        denied.Add((AclOperation.Write, AclResourceType.TransactionalId, Id));
        Assert.Equal((short)ErrorCode.TransactionalIdAuthorizationFailed, client.Start().ErrorCode);
        Assert.Equal(ErrorCode.TransactionalIdAuthorizationFailed, client.AddPartition(producer, "t"));
        Assert.Equal(
            (short)ErrorCode.TransactionalIdAuthorizationFailed, client.End(producer, isCommit: true).ErrorCode);
        Assert.Equal((short)ErrorCode.TransactionalIdAuthorizationFailed, AddOffsets(client, producer));
    }

    [Fact]
    public void The_topic_and_the_group_have_rights_of_their_own()
    {
        using GroupRig rig = new(this);
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        client.FindCoordinator("g");
        InitProducerIdResponse producer = client.Start();
        denied.Add((AclOperation.Write, AclResourceType.Topic, "t"));
        denied.Add((AclOperation.Read, AclResourceType.Group, "g"));
        Assert.Equal(ErrorCode.TopicAuthorizationFailed, client.AddPartition(producer, "t"));
        Assert.Equal((short)ErrorCode.GroupAuthorizationFailed, AddOffsets(client, producer));
    }

    [Fact]
    public void Who_may_not_describe_an_id_does_not_see_it()
    {
        using GroupRig rig = new(this);
        rig.AddTopic("t");
        using WireClient client = rig.Connect();
        client.FindTransactionCoordinator();
        InitProducerIdResponse producer = client.Start();
        client.AddPartition(producer, "t");
        Assert.Single(List(client));
        denied.Add((AclOperation.Describe, AclResourceType.Topic, "t"));
        Assert.Empty(client.Describe().Topics);
        denied.Add((AclOperation.Describe, AclResourceType.TransactionalId, Id));
        Assert.Empty(List(client));
        Assert.Equal((short)ErrorCode.TransactionalIdAuthorizationFailed, client.Describe().ErrorCode);
    }

    [Fact]
    public void Only_brokers_ask_for_others()
    {
        using GroupRig rig = new(this);
        using WireClient client = rig.Connect();
        denied.Add((AclOperation.ClusterAction, AclResourceType.Cluster, "kafka-cluster"));
        AddPartitionsToTxnResponse response = client.Ask<AddPartitionsToTxnResponse>(
            ApiKey.AddPartitionsToTxn,
            5,
            new AddPartitionsToTxnRequest { Transactions = [new() { TransactionalId = Id }] });
        Assert.Equal((short)ErrorCode.ClusterAuthorizationFailed, response.ErrorCode);
    }

    public bool Allows(object? session, AclOperation operation, AclResourceType type, ReadOnlySpan<byte> name) =>
        !denied.Contains((operation, type, Encoding.UTF8.GetString(name)));

    private static short AddOffsets(WireClient client, InitProducerIdResponse producer) =>
        client.Ask<AddOffsetsToTxnResponse>(ApiKey.AddOffsetsToTxn, 4, new AddOffsetsToTxnRequest
        {
            TransactionalId = Id,
            GroupId = "g",
            ProducerId = producer.ProducerId,
            ProducerEpoch = producer.ProducerEpoch,
        }).ErrorCode;

    private static ListTransactionsResponse.TransactionStateData[] List(WireClient client) =>
        client.Ask<ListTransactionsResponse>(
            ApiKey.ListTransactions, 2, new ListTransactionsRequest()).TransactionStates;
}
