"""A request's life: the application, who asks, the routes, the errors, the contract as documents."""
