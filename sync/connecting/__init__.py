"""How clients of coding agents are told of Holdfast: what stands in which file, put in and taken out again."""
