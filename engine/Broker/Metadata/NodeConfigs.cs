using Millrace.Base;
using Millrace.Cluster;

namespace Millrace.Broker;

/// <summary>
/// This node's configs as they are: the properties file, with the dynamic ones of the metadata laid over it. Written on
/// the controller's loop; the snapshots may be read from any thread.
/// </summary>
public sealed class NodeConfigs
{
    private readonly bool isSelfContained;
    private readonly LogArea log;
    private readonly ConfigResourceKey own;
    private ConfigResolver resolver;
    private ServerConfig current;

    /// <param name="statics">The configs of the properties file.</param>
    /// <param name="isSelfContained">See <see cref="ServerProperties.IsSelfContained"/>.</param>
    /// <param name="startedWith">The same, read and found valid.</param>
    /// <param name="log">For dynamic configs that cannot be taken over.</param>
    public NodeConfigs(
        IReadOnlyDictionary<string, string> statics, bool isSelfContained, ServerConfig startedWith, LogArea log)
    {
        this.isSelfContained = isSelfContained;
        this.log = log;
        current = startedWith;
        resolver = new ConfigResolver(statics);
        own = new ConfigResourceKey(
            ConfigResourceKey.BrokerType,
            startedWith.NodeId.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Told on the controller's loop after dynamic configs have changed, and before that is acknowledged.
    /// </summary>
    public event Action<ServerConfig>? Changed;

    /// <summary>The layers that the values come from.</summary>
    public ConfigResolver Resolver => Volatile.Read(ref resolver);

    /// <summary>The values.</summary>
    public ServerConfig Current => Volatile.Read(ref current);

    /// <summary>Whether changes of a resource's configs change this node's.</summary>
    public bool IsConcernedBy(ConfigResourceKey resource) =>
        resource == ConfigResourceKey.AllBrokers || resource == own;

    /// <summary>Decides changes of configs against the present state.</summary>
    public ConfigAlteration AlterationOf(MetadataImage image) => new(Resolver, isSelfContained, image.KeepsElr);

    /// <summary>Takes the dynamic configs over, at once where they can be.</summary>
    public void Follow(MetadataImage image)
    {
        ConfigResolver changed = Resolver.With(
            image.ConfigsOf(ConfigResourceKey.AllBrokers), image.ConfigsOf(own));
        Volatile.Write(ref resolver, changed);
        IReadOnlyList<string> errors = ServerConfig.Read(
            changed.EffectiveTexts, isSelfContained, out ServerConfig? read);
        if (read is null)
        {
            // They were valid when they were set: another version set them, or the file has changed since.
            log.Error($"The dynamic configs of this broker are not used, they do not fit its file: {errors[0]}");
            return;
        }

        Volatile.Write(ref current, read);
        Changed?.Invoke(read);
    }
}
