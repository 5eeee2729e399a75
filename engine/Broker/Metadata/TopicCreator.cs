using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>
/// Creates topics by the node's configs, for clients that ask and for those that just use one. Controller's loop.
/// </summary>
/// <param name="controller">Where topics are created.</param>
/// <param name="authorizer">Who may.</param>
/// <param name="random">Topic ids and places.</param>
public sealed class TopicCreator(Controller controller, IAuthorizer authorizer, Random random)
{
    /// <summary>Decides a request against the present state. Changes nothing.</summary>
    public Decision<CreateTopicsResponse> Decide(CreateTopicsRequest request, Caller caller)
    {
        bool mayCreateAny = authorizer.AllowsCluster(caller, AclOperation.Create);
        ServerConfig config = controller.Configs.Current;
        ConfigAlteration alteration = controller.Configs.AlterationOf(controller.Image);
        TopicCreationRules rules = new()
        {
            DefaultPartitions = config.DefaultPartitions,
            DefaultReplicationFactor = (short)config.DefaultReplicationFactor,
            CheckConfigs = configs =>
            {
                ConfigError error = alteration.CheckTopic(configs);
                return new Refusal(error.Code, error.Message);
            },
            EffectiveConfigs = EffectiveConfigs,
            MayCreate = name => mayCreateAny || authorizer.AllowsTopic(caller, AclOperation.Create, name),
            MayDescribeConfigs = name => authorizer.AllowsTopic(caller, AclOperation.DescribeConfigs, name),
        };
        return TopicCreation.Decide(request, controller.Image, rules, random);
    }

    /// <summary>
    /// Creates topics that a client asked about, with defaults. Which could be created, the image tells then.
    /// </summary>
    public bool TryCreate(IReadOnlyCollection<string> names, Caller caller)
    {
        CreateTopicsRequest request = new()
        {
            Topics =
            [
                .. names.Select(static name => new CreateTopicsRequest.CreatableTopic
                {
                    Name = name,
                    NumPartitions = -1,
                    ReplicationFactor = -1,
                }),
            ],
        };
        return controller.TryCommit(Decide(request, caller).Records);
    }

    private CreateTopicsResponse.CreatableTopicConfigs[] EffectiveConfigs(IReadOnlyDictionary<string, string> own) =>
    [
        .. controller.Configs.Resolver.DescribeTopic(own, null, default).Select(
            static config => new CreateTopicsResponse.CreatableTopicConfigs
            {
                Name = config.Name,
                Value = config.Value,
                ReadOnly = config.IsReadOnly,
                ConfigSource = (sbyte)config.Source,
                IsSensitive = config.IsSensitive,
            }),
    ];
}
