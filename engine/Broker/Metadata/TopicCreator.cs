using Millrace.Base;
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
        return TopicCreation.Decide(
            request,
            controller.Image,
            Rules() with
            {
                MayCreate = name => mayCreateAny || authorizer.AllowsTopic(caller, AclOperation.Create, name),
                MayDescribeConfigs = name => authorizer.AllowsTopic(caller, AclOperation.DescribeConfigs, name),
            },
            random);
    }

    /// <summary>
    /// Creates topics that a client asked about, with defaults, or with their own settings where they are internal.
    /// Which could be created, the image tells then.
    /// </summary>
    public bool TryCreate(IReadOnlyCollection<string> names, Caller caller)
    {
        CreateTopicsRequest request = new()
        {
            Topics = [.. names.Select(name => InternalTopics.Describe(name, controller.Configs.Current))],
        };
        return controller.TryCommit(Decide(request, caller).Records);
    }

    /// <summary>
    /// Creates a coordinator's topic, in this broker's own name: its clients need no right to. Whether it could be, the
    /// image tells then; why not, the log.
    /// </summary>
    public void TryCreateInternal(string name)
    {
        CreateTopicsRequest request = new()
        {
            Topics = [InternalTopics.Describe(name, controller.Configs.Current)],
        };
        Decision<CreateTopicsResponse> decision = TopicCreation.Decide(request, controller.Image, Rules(), random);
        CreateTopicsResponse.CreatableTopicResult result = decision.Response.Topics[0];
        if (result.ErrorCode != (short)ErrorCode.None && result.ErrorCode != (short)ErrorCode.TopicAlreadyExists)
        {
            controller.Log.WriteLimited(
                LogLevel.Error, name, 10_000, $"{name} could not be created: {result.ErrorMessage}");
            return;
        }

        controller.TryCommit(decision.Records);
    }

    private TopicCreationRules Rules()
    {
        ServerConfig config = controller.Configs.Current;
        ConfigAlteration alteration = controller.Configs.AlterationOf(controller.Image);
        return new TopicCreationRules
        {
            DefaultPartitions = config.DefaultPartitions,
            DefaultReplicationFactor = (short)config.DefaultReplicationFactor,
            CheckConfigs = configs =>
            {
                ConfigError error = alteration.CheckTopic(configs);
                return new Refusal(error.Code, error.Message);
            },
            EffectiveConfigs = EffectiveConfigs,
        };
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
