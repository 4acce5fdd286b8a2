"""Pages of the people who run the deployment. They belong to no organisation and see no organisation's rows."""
