using Millrace.Cluster;
using Millrace.Protocol;
using Millrace.Protocol.Messages;

namespace Millrace.Broker;

/// <summary>Tells the brokers of the cluster. Whoever reaches a broker may ask.</summary>
public sealed class DescribeClusterHandler(
    Controller controller, ClusterView view, IAuthorizer authorizer, IFeatureSource node)
    : AdminHandler<DescribeClusterRequest, DescribeClusterResponse>(ApiKey.DescribeCluster, controller)
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    public override DescribeClusterResponse Serve(DescribeClusterRequest request, in Caller caller)
    {
        if (request.EndpointType != Brokers)
        {
            return Refuse(request.EndpointType);
        }

        return new DescribeClusterResponse
        {
            ClusterId = node.ClusterId,
            ControllerId = view.ControllerOf(Controller.Image, caller.ListenerName),
            Brokers = [.. BrokersFor(request, caller)],
            ClusterAuthorizedOperations = request.IncludeClusterAuthorizedOperations
                ? AuthorizedOperations.OfCluster(authorizer, caller.Session)
                : AuthorizedOperations.Omitted,
        };
    }

    private List<DescribeClusterResponse.DescribeClusterBroker> BrokersFor(
        DescribeClusterRequest request, in Caller caller)
    {
        List<DescribeClusterResponse.DescribeClusterBroker> brokers = [];
        foreach (BrokerImage broker in Controller.Image.Brokers.Values)
        {
            if ((!broker.Fenced || request.IncludeFencedBrokers)
                && view.TryLocate(broker, caller.ListenerName, caller.LocalAddress, out string host, out int port))
            {
                brokers.Add(new DescribeClusterResponse.DescribeClusterBroker
                {
                    BrokerId = broker.Id,
                    Host = host,
                    Port = port,
                    Rack = broker.Rack,
                    IsFenced = request.IncludeFencedBrokers && broker.Fenced,
                });
            }
        }

        return brokers;
    }

    /// <summary>Version 0 has the default type, so only later ones come here.</summary>
    private static DescribeClusterResponse Refuse(sbyte type) => type == Controllers
        ? new DescribeClusterResponse
        {
            ErrorCode = (short)ErrorCode.MismatchedEndpointType,
            ErrorMessage = "The request was sent to an endpoint of type BROKER, but we wanted an endpoint of type "
                + "CONTROLLER",
        }
        : new DescribeClusterResponse
        {
            ErrorCode = (short)ErrorCode.UnsupportedEndpointType,
            ErrorMessage = $"Unsupported endpoint type {type}",
        };
}
